"""The ward officers' pages: the whole line by hand, and every door that stays shut."""

import html
import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from booking.models import Resident
from exchange import intake, rosters, spool, tasks
from exchange.layouts import LAYOUTS
from exchange.models import HandoverRecord, Parcel
from tests import cast
from tests.serving import desk
from tests.unit.exchange.conftest import BASE, PASSWORD

pytestmark = pytest.mark.usefixtures("here")
URLS = "config.urls_staff"


def url(name, *args):
    return reverse(f"exchange:{name}", urlconf=URLS, args=args)


def words(answer):
    return html.unescape(answer.content.decode())


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """The worker does its work at once."""
    for task, verb in (
        (tasks.check, intake.check),
        (tasks.apply, intake.apply),
        (tasks.build, rosters.build),
    ):
        monkeypatch.setattr(
            task,
            "delay",
            lambda *, municipality_code, parcel_id, verb=verb: verb(
                parcel_id=parcel_id, at=cast.now()
            ),
        )


@pytest.fixture
def desks(officers):
    return [desk(officer) for officer in officers]


def form(content, *, rows=30, **changes):
    return {
        "base_date": f"{BASE:%Y/%m/%d}",
        "rows": rows,
        "load": "full",
        "encoding": "utf-8",
        "is_dummy": "on",
        "file": SimpleUploadedFile("対象者.zip", content),
    } | changes


class TestList:
    def test_comes_in_by_two_people_through_the_pages(self, desks, people, container):
        first, second, _ = desks
        answer = first.post(url("hand_in"), form(container(people(30, errors=2))))
        parcel = Parcel.objects.get()
        assert answer.status_code == 302
        page = url("parcel", parcel.pk)
        assert "次は別の職員です" in words(first.get(page))

        second.post(url("unlock", parcel.pk), {"unlock-password": PASSWORD})
        shown = words(second.get(page))
        assert "承認待ち" in shown
        assert "E03" in shown

        refused = second.post(url("commit", parcel.pk), {"commit-compared": "on"})
        assert refused.status_code == 409
        assert "誤りのある行があります" in words(refused)
        second.post(
            url("commit", parcel.pk),
            {"commit-compared": "on", "commit-partial_reason": "残りは差分で"},
        )
        assert "取込済み" in words(second.get(page))
        assert Resident.objects.count() == 28
        record = HandoverRecord.objects.get(thing="data")
        assert record.number in words(second.get(url("handovers")))
        assert "28件" in words(second.get(url("handover", record.pk)))

    def test_pages_show_no_person(self, desks, people, container):
        rows = people(30, errors=5)
        desks[0].post(url("hand_in"), form(container(rows)))
        parcel = Parcel.objects.get()
        desks[1].post(url("unlock", parcel.pk), {"unlock-password": PASSWORD})

        shown = words(desks[1].get(url("parcel", parcel.pk)))
        csv = b"".join(desks[1].get(url("problems", parcel.pk)).streaming_content).decode()
        assert csv.startswith('\ufeff"行番号","項目","コード","説明"\r\n')
        assert csv.count("\r\n") >= 6
        for row in rows:
            assert row.voucher_number not in shown + csv
            assert not row.name or row.name not in shown + csv

    def test_a_file_in_the_open_never_reaches_the_disk(self, desks):
        answer = desks[0].post(url("hand_in"), form("氏名,住所\r\n見本,東京\r\n".encode()))

        assert answer.status_code == 422
        assert "保存せずに破棄しました" in words(answer)
        assert spool.names() == []

    def test_a_form_with_a_mistake_keeps_no_file(self, desks, people, container):
        answer = desks[0].post(url("hand_in"), form(container(people()), base_date=""))

        assert answer.status_code == 422
        assert spool.names() == []

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"is_dummy": ""}, "ダミーデータだけを"),
            ({"base_date": "2099/1/1"}, "今日より後"),
        ],
    )
    def test_a_refusal_says_why_and_keeps_no_file(self, desks, people, container, changes, said):
        answer = desks[0].post(url("hand_in"), form(container(people()), **changes))

        assert answer.status_code == 409
        assert said in words(answer)
        assert spool.names() == []

    def test_a_reason_may_not_carry_the_forbidden_number(self, desks, people, container):
        answer = desks[0].post(
            url("hand_in"), form(container(people()), repeat_reason="1234-5678-9018 の件")
        )

        assert answer.status_code == 422
        assert spool.names() == []

    def test_the_same_person_cannot_unlock(self, desks, people, container):
        desks[0].post(url("hand_in"), form(container(people())))
        parcel = Parcel.objects.get()
        answer = desks[0].post(url("unlock", parcel.pk), {"unlock-password": PASSWORD})

        assert answer.status_code == 409
        assert "別の職員" in words(answer)

    def test_a_wrong_password_is_said(self, desks, people, container):
        desks[0].post(url("hand_in"), form(container(people())))
        parcel = Parcel.objects.get()
        desks[1].post(url("unlock", parcel.pk), {"unlock-password": "wrong"})

        assert "1回合いませんでした" in words(desks[1].get(url("parcel", parcel.pk)))

    def test_a_refused_list_says_why(self, desks, people, container):
        desks[0].post(url("hand_in"), form(container(people()), rows=31))
        parcel = Parcel.objects.get()
        desks[1].post(url("unlock", parcel.pk), {"unlock-password": PASSWORD})

        shown = words(desks[1].get(url("parcel", parcel.pk)))
        assert "受け取りませんでした" in shown
        assert "申告された件数" in shown

    def test_can_be_given_back(self, desks, people, container):
        desks[0].post(url("hand_in"), form(container(people())))
        parcel = Parcel.objects.get()
        desks[1].post(url("give_back", parcel.pk), {"return-reason": "件数が違う"})

        assert "差戻し" in words(desks[1].get(url("parcel", parcel.pk)))
        assert spool.names() == []

    def test_progress_tells_the_percent_and_ends_with_a_fresh_page(self, desks, hand_in, people):
        parcel = hand_in(people())
        Parcel.objects.filter(pk=parcel.pk).update(state="checking", progress=42)
        working = desks[1].get(url("parcel_progress", parcel.pk))
        Parcel.objects.filter(pk=parcel.pk).update(state="checked")
        done = desks[1].get(url("parcel_progress", parcel.pk))

        assert "42 %" in words(working)
        assert 'hx-trigger="every 1s"' in words(working)
        assert "HX-Refresh" not in working.headers
        assert done.headers["HX-Refresh"] == "true"

    def test_layout_is_explained_and_has_a_sample(self, desks):
        shown = words(desks[0].get(url("layout", "TGT", 1)))
        sample = desks[0].get(url("sample", "TGT", 1)).content.decode("utf-8-sig")

        assert "転出死亡フラグ" in shown
        assert "E14" in shown
        assert sample.startswith('"処理区分","自治体コード"')
        assert desks[0].get(url("layout", "TGT", 9)).status_code == 404

    def test_every_layout_is_listed_and_explained(self, desks):
        listed = words(desks[0].get(url("layouts")))

        for layout in LAYOUTS.values():
            assert url("layout", layout.id, layout.version) in listed
            shown = words(desks[0].get(url("layout", layout.id, layout.version)))
            assert all(header in shown for header in layout.headers)
            assert ("見出しの行はありません" in shown) is not layout.has_header
            assert desks[0].get(url("sample", layout.id, layout.version)).status_code == 200

    def test_without_a_broker_the_parcel_waits_for_the_sweep(
        self, desks, people, container, monkeypatch
    ):
        from kombu.exceptions import OperationalError

        def unreachable(**_kwargs):
            raise OperationalError

        monkeypatch.setattr(tasks.check, "delay", unreachable)
        desks[0].post(url("hand_in"), form(container(people())))
        parcel = Parcel.objects.get()
        answer = desks[1].post(url("unlock", parcel.pk), {"unlock-password": PASSWORD})

        parcel.refresh_from_db()
        assert answer.status_code == 302
        assert parcel.state == "checking"


class TestRoster:
    def test_leaves_by_two_people_and_its_password_on_another_page(self, desks, tmp_path):
        first, second, third = desks
        first.post(url("rosters"), {"day": "2026/6/15", "purpose": "ward_check"})
        parcel = Parcel.objects.get()
        page = url("roster", parcel.pk)
        assert "次は別の職員です" in words(first.get(page))
        assert first.post(url("fetch", parcel.pk)).status_code == 409

        fetched = second.post(url("fetch", parcel.pk))
        assert fetched.headers["Content-Type"] == "application/zip"
        assert "attachment" in fetched.headers["Content-Disposition"]
        parcel.refresh_from_db()
        secret = parcel.password
        asked = second.get(url("password", parcel.pk))
        assert secret[:4] not in words(asked)
        assert third.post(url("password", parcel.pk)).status_code == 409

        notice = words(second.post(url("password", parcel.pk)))
        groups = re.findall(r"<span>([a-z0-9]{4})</span>", notice)
        assert "".join(groups) == secret
        assert second.post(url("password", parcel.pk)).status_code == 409
        assert secret not in words(second.get(page))

    def test_a_daily_roster_is_released_first(self, desks):
        parcel = rosters.make_due(at=cast.NOW.replace(hour=23))
        rosters.build(parcel_id=parcel.pk, at=cast.NOW)

        assert desks[1].post(url("fetch", parcel.pk)).status_code == 409
        desks[0].post(url("release", parcel.pk))
        assert desks[1].post(url("fetch", parcel.pk)).status_code == 200

    def test_asks_for_a_day(self, desks):
        assert desks[0].post(url("rosters"), {"day": "あした"}).status_code == 422
        assert Parcel.objects.count() == 0


class TestHandover:
    def test_is_corrected_only_by_a_new_one(self, desks, applied, people):
        applied(people())
        record = HandoverRecord.objects.get(thing="data")
        answer = desks[2].post(
            url("handover_correct", record.pk), {"rows": 39, "note": "数え間違い"}
        )
        made = HandoverRecord.objects.get(corrects=record)
        record.refresh_from_db()

        assert answer.status_code == 302
        assert (record.rows, made.rows, made.corrects_id) == (40, 39, record.pk)
        page = words(desks[2].get(url("handover", record.pk)))
        assert "訂正されています" in page
        assert "訂正する" in page

    def test_an_auditor_reads_and_does_not_correct(self, applied, people):
        applied(people())
        record = HandoverRecord.objects.get(thing="data")
        auditor = desk(cast.staff("auditor"))

        page = auditor.get(url("handover", record.pk))
        assert page.status_code == 200
        assert "訂正する" not in words(page)
        assert auditor.get(url("handover_correct", record.pk)).status_code == 403
        assert auditor.get(url("parcels")).status_code == 403


DOORS = [
    ("get", "parcels", 0),
    ("get", "hand_in", 0),
    ("post", "hand_in", 0),
    ("get", "parcel", 1),
    ("get", "parcel_progress", 1),
    ("get", "problems", 1),
    ("post", "unlock", 1),
    ("post", "commit", 1),
    ("post", "give_back", 1),
    ("get", "rosters", 0),
    ("get", "schedule", 0),
    ("post", "schedule_retry", 0),
    ("get", "late_changes", 1),
    ("get", "roster", 1),
    ("post", "release", 1),
    ("post", "fetch", 1),
    ("post", "password", 1),
    ("get", "handovers", 0),
]


class TestShutDoors:
    @pytest.mark.parametrize(("method", "name", "has_key"), DOORS)
    def test_an_operator_finds_them_shut(self, here, method, name, has_key):
        client = desk(cast.staff("operator"))

        answer = getattr(client, method)(url(name, *([uuid4()] if has_key else [])))
        assert answer.status_code == 403

    @pytest.mark.parametrize(("method", "name", "has_key"), DOORS)
    def test_nobody_gets_in_without_signing_in(self, here, method, name, has_key):
        answer = getattr(desk(None), method)(url(name, *([uuid4()] if has_key else [])))

        assert answer.status_code == 302
        assert "/sign-in/" in answer.headers["Location"]

    def test_an_upload_by_nobody_is_not_written_down(self, here, people, container):
        desk(None).post(url("hand_in"), form(container(people())))

        assert spool.names() == []

    def test_an_upload_needs_the_token_of_the_form(self, officers, people, container):
        client = desk(officers[0])
        client.handler.enforce_csrf_checks = True

        answer = client.post(url("hand_in"), form(container(people())))
        assert answer.status_code == 403
        assert Parcel.objects.count() == 0
        assert spool.names() == []

    def test_a_stranger_finds_no_parcel(self, live_municipalities, hand_in, people):
        from tenancy.current import serving

        parcel = hand_in(people())
        with serving(live_municipalities.tameshi):
            stranger = desk(cast.staff("ward_officer"), label="tameshi")
            assert stranger.get(url("parcel", parcel.pk)).status_code == 404
            answer = stranger.post(url("unlock", parcel.pk), {"unlock-password": PASSWORD})
            assert answer.status_code == 404
