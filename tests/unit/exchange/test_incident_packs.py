"""The incident pack: who was seen by whom, sealed, for two people (R18)."""

import io
import json
from datetime import date, timedelta

import pytest
import pyzipper
from django.core.management import CommandError, call_command

from exchange import incident_packs, rosters, sealing, tasks
from exchange.incident_packs import Wish
from exchange.layouts import INCIDENT, reading
from exchange.layouts.layout import Facts
from exchange.models import HandoverRecord, Parcel
from privacy import access_log, chain_links
from privacy.incidents import Scope
from privacy.models import AccessEntry
from privacy.references import short
from tests import cast
from tests.cast import NOW
from tests.serving import desk

pytestmark = pytest.mark.usefixtures("here")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def thief():
    return cast.staff("operator", login_name="thief")


@pytest.fixture
def seen(thief):
    """Three residents seen by the thief, one of them by somebody else, one outside the time."""
    residents = [cast.resident(name=f"見本　{number}") for number in range(5)]
    other = cast.staff("operator", login_name="other")
    for number, resident in enumerate(residents[:3]):
        for again in range(number + 1):
            access_log.record(what="view", resident_id=resident.pk, by=thief, at=NOW + timedelta(minutes=10 * number + again))  # fmt: skip
    access_log.record(what="find", resident_id=residents[0].pk, by=other, at=NOW + timedelta(hours=1))  # fmt: skip
    access_log.record(what="view", resident_id=residents[3].pk, by=other, at=NOW + timedelta(hours=2))  # fmt: skip
    access_log.record(what="view", resident_id=residents[4].pk, by=thief, at=NOW - timedelta(days=3))  # fmt: skip
    access_log.record(what="sign_in", resident_id=residents[4].pk, by=None, at=NOW)
    access_log.record(what="find", why="phone", count=3, by=thief, at=NOW)
    chain_links.append(at=NOW + timedelta(hours=3))
    return residents


def wish(**scope):
    return Wish(
        Scope(begins=NOW - timedelta(hours=1), ends=NOW + timedelta(hours=5), **scope),
        "オペレーターによる業務外の閲覧の疑い", NOW,
    )  # fmt: skip


def built(officers, **scope):
    parcel = incident_packs.ask(wish=wish(**scope), by=officers[0], at=LATER)
    incident_packs.build(parcel_id=parcel.pk, at=LATER)
    parcel.refresh_from_db()
    return parcel


def fetched(parcel, officers):
    _, content = rosters.fetch(parcel=parcel, by=officers[1], at=LATER)
    _, password = rosters.show_password(parcel=parcel, by=officers[1], at=LATER)
    with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
        archive.setpassword(password.encode())
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(papers):
    (name,) = [name for name in papers if name.startswith("INC_")]
    facts = Facts("999997", date(2026, 6, 2))
    read = reading.read(layout=INCIDENT, stream=io.BytesIO(papers[name]), encoding="utf-8", facts=facts)  # fmt: skip
    return [row.values for row in read]


class TestContents:
    def test_hold_everybody_who_was_seen_once(self, officers, seen):
        papers = fetched(built(officers), officers)
        rows = {row.reference: row for row in rows_of(papers)}

        assert set(rows) == {short(one.pk) for one in seen[:4]}
        first = rows[short(seen[0].pk)]
        assert first.voucher_number == seen[0].voucher_number_for_test
        assert (first.times, first.staff) == ("2", "other、thief")
        assert rows[short(seen[2].pk)].times == "3"

    def test_are_about_one_account_or_some_residents_where_asked(self, officers, seen, thief):
        by_thief = rows_of(fetched(built(officers, staff_ids=(thief.pk,)), officers))
        one = rows_of(fetched(built(officers, resident_ids=(seen[3].pk,)), officers))

        assert [row.reference for row in by_thief] == [short(one.pk) for one in seen[:3]]
        assert [row.reference for row in one] == [short(seen[3].pk)]

    def test_bring_the_papers_already_begun(self, officers, seen):
        papers = fetched(built(officers), officers)
        report = papers["report.txt"].decode("utf-8-sig")

        for told in (
            "対象者の数：4人（閲覧記録 8件）　100人を超えていません",
            "速報の期限（5日）：2026-06-06", "確報の期限（30日）：2026-07-01",
            "9 その他参考となる事項", "甲への報告書（案）", "本人への通知（案）",
            "複数の人に一度に関わる操作：検索 3件", "改ざんは見つかりませんでした",
        ):  # fmt: skip
            assert told in report, told
        assert "見本　0" not in report

    def test_prove_that_the_log_stands(self, officers, seen):
        papers = fetched(built(officers), officers)
        proof = json.loads(papers["chain_proof.json"])

        assert proof["findings"] == []
        assert proof["head"] == bytes(chain_links.newest().head).hex()
        assert papers["log_lines.csv"].decode("utf-8-sig").count("\r\n") == 1 + 8

    def test_say_where_more_than_a_hundred_are_concerned(self, officers, thief, seen):
        for number in range(101):
            row = cast.resident()
            access_log.record(what="view", resident_id=row.pk, by=thief, at=NOW + timedelta(seconds=number))  # fmt: skip

        report = fetched(built(officers), officers)["report.txt"].decode("utf-8-sig")
        assert "対象者の数：105人" in report
        assert "100人を超えています" in report

    def test_name_nobody_whose_record_is_gone(self, officers, thief):
        import uuid

        access_log.record(what="view", resident_id=uuid.uuid4(), by=thief, at=NOW)
        (row,) = rows_of(fetched(built(officers), officers))

        assert row.voucher_number == ""


class TestTwoPeople:
    def test_the_one_who_asked_may_not_fetch(self, officers, seen):
        with pytest.raises(rosters.SamePerson):
            rosters.fetch(parcel=built(officers), by=officers[0], at=LATER)

    def test_asking_and_fetching_are_written_down(self, officers, seen):
        parcel = built(officers)
        fetched(parcel, officers)

        assert AccessEntry.objects.get(what="incident_asked").staff_id == officers[0].pk
        assert AccessEntry.objects.get(what="incident_pack").count == 4
        record = HandoverRecord.objects.get(thing="data")
        assert (record.rows, "INC" in record.content) == (4, True)

    @pytest.mark.parametrize("role", ["operator", "supervisor", "contractor", "auditor"])
    def test_other_roles_do_not_ask(self, role):
        with pytest.raises(rosters.NotPermitted):
            incident_packs.ask(wish=wish(), by=cast.staff(role), at=LATER)

    def test_a_reason_and_a_time_are_needed(self, officers):
        scope = wish().scope
        for bad in (Wish(scope, " ", NOW), Wish(Scope(scope.ends, scope.begins), "x", NOW)):
            with pytest.raises(incident_packs.NothingAsked):
                incident_packs.ask(wish=bad, by=officers[0], at=LATER)

    def test_nothing_lies_open_on_the_disk(self, officers, seen, settings):
        built(officers)
        lying = b"".join(path.read_bytes() for path in settings.WAKU_SPOOL.rglob("*") if path.is_file())  # fmt: skip

        assert lying
        for open_words in (seen[0].voucher_number_for_test, short(seen[0].pk), "業務外"):
            assert open_words.encode() not in lying


class TestWork:
    def test_is_taken_up_again_after_a_crash_and_done_once(self, officers, seen):
        parcel = incident_packs.ask(wish=wish(), by=officers[0], at=LATER)
        tasks.build(municipality_code="999997", parcel_id=str(parcel.pk))
        tasks.build(municipality_code="999997", parcel_id=str(parcel.pk))

        parcel.refresh_from_db()
        assert (parcel.state, parcel.rows) == (Parcel.State.SEALED, 4)

    def test_a_roster_stays_a_roster(self, officers):
        parcel = rosters.ask(day=date(2026, 6, 15), purpose="visit_day", by=officers[0], at=NOW)
        incident_packs.build(parcel_id=parcel.pk, at=NOW)
        parcel.refresh_from_db()

        assert parcel.state == Parcel.State.BUILDING


class TestPage:
    TYPED = {
        "first_day": "2026/5/31", "last_day": "2026/6/1", "known_on": "2026/6/2", "reason": "調査",
    }  # fmt: skip

    def test_asks_and_leads_to_the_pack(self, officers, seen, thief):
        client = desk(officers[0])

        answer = client.post("/incidents/", {**self.TYPED, "staff": [thief.pk], "residents": short(seen[0].pk)})  # fmt: skip

        parcel = Parcel.objects.get(layout="INC")
        assert answer["Location"] == f"/rosters/{parcel.pk}/"
        assert Wish.read(parcel.summary).scope.resident_ids == (seen[0].pk,)
        assert "漏えい等の報告資料" in client.get(f"/rosters/{parcel.pk}/").text
        assert "漏えい等の報告資料" in client.get("/rosters/").text

    def test_refuses_what_cannot_be_read(self, officers, seen):
        client = desk(officers[0])

        assert client.post("/incidents/", {**self.TYPED, "residents": "R-0000-0000-0000"}).status_code == 422  # fmt: skip
        assert client.post("/incidents/", {**self.TYPED, "reason": ""}).status_code == 422
        assert client.post("/incidents/", {**self.TYPED, "first_day": "2026/6/3"}).status_code == 409  # fmt: skip

    def test_is_shut_for_the_auditor(self, here):
        assert desk(cast.staff("auditor")).get("/incidents/").status_code == 403


class TestCommand:
    def run(self, **changes):
        told = {
            "municipality": "999997", "first": "2026-05-31", "last": "2026-06-01",
            "known": "2026-06-02", "reason": "調査", "login_name": "officer",
        }  # fmt: skip
        call_command("incident_pack", **{**told, **changes})

    def test_makes_a_sealed_pack(self, here, seen, capsys):
        cast.staff("ward_officer", login_name="officer")

        self.run(staff=["thief"])

        parcel = Parcel.objects.get(layout="INC")
        assert (parcel.state, parcel.rows) == (Parcel.State.SEALED, 3)
        assert "3 人" in capsys.readouterr().out

    @pytest.mark.parametrize("changes", [{"login_name": "nobody"}, {"staff": ["nobody"]}, {"resident": ["R-0"]}, {"first": "x"}, {"reason": " "}])  # fmt: skip
    def test_refuses_with_words(self, here, changes):
        cast.staff("ward_officer", login_name="officer")

        with pytest.raises(CommandError):
            self.run(**changes)


def test_seals_papers_beside_the_rows(tmp_path):
    to = tmp_path / "x.sealed"
    cover = sealing.Cover(INCIDENT, "999997", date(2026, 6, 1), dummy=True)
    sealing.seal(cover=cover, rows=[], to=to, password="x" * 20, at=NOW, beside={"report.txt": [b"one"]})  # fmt: skip

    with pyzipper.AESZipFile(to) as archive:
        assert set(archive.namelist()) == {cover.csv_name, "manifest.json", "report.txt"}
        assert all(info.flag_bits & 1 for info in archive.infolist()), "each is encrypted"
