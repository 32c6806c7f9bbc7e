"""The pages of mailings: asked for, left out with counts, pulled, ended; hostile words are refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from booking.models import Envelope, Mailing, Resident
from exchange import prints, sealing, spool
from exchange.layouts import PRINTED
from exchange.layouts.printing import PrintedRow
from exchange.layouts.writing import write
from exchange.models import Parcel
from exchange.prints import results
from privacy.models import AccessEntry
from tests import cast
from tests.serving import desk
from tests.unit.exchange.conftest import PASSWORD
from tests.unit.exchange.prints.conftest import listed, run  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("here")
TYPED = {
    "title": "第1便", "base_date": "2026/5/1", "age_on": "令和8年5月1日", "bill_to": "見本県見本市",
    "youngest": "", "oldest": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr("exchange.views.prints.timezone.now", lambda: cast.NOW)
    assert timezone.now() == cast.NOW


@pytest.fixture
def client(officers):
    return desk(officers[0])


class TestNew:
    def test_begins_a_mailing_and_shows_it(self, client, listed):  # noqa: F811
        answer = client.post("/prints/new/", TYPED)
        mailing = Mailing.objects.get()
        assert answer["Location"] == f"/prints/{mailing.pk}/"
        page = client.get(f"/prints/{mailing.pk}/")
        assert "印字データを作っています" in page.text
        assert "第1便" in client.get("/prints/").text

    def test_refuses_in_words(self, client, listed):  # noqa: F811
        for wrong in (
            {"base_date": "2026/4/30"}, {"base_date": ""}, {"youngest": "80", "oldest": "70"},
            {"youngest": "-1"}, {"oldest": "9" * 30}, {"title": "x" * 41}, {"title": ""},
            {"title": "\x00"}, {"bill_to": "あ" * 21}, {"title": "個人番号 123456789018"},
            {"age_on": "9999-99-99"},
        ):  # fmt: skip
            assert client.post("/prints/new/", TYPED | wrong).status_code == 422, wrong
        assert not Mailing.objects.exists()

    def test_draws_no_markup_from_a_name(self, client, listed):  # noqa: F811
        client.post("/prints/new/", TYPED | {"title": "<script>alert(1)</script>"})
        mailing = Mailing.objects.get()
        for path in ("/prints/", f"/prints/{mailing.pk}/"):
            assert "<script>alert" not in client.get(path).text


class TestOne:
    def test_shows_who_was_left_out_with_counts(self, client, listed, run):  # noqa: F811
        Resident.objects.filter(pk=Resident.objects.first().pk).update(status_flag="1")
        one = Resident.objects.filter(status_flag="0").first()
        one.postal_code = None
        one.save()
        mailing = run().mailing
        page = client.get(f"/prints/{mailing.pk}/").text
        assert "転出・死亡" in page and "郵便番号がない" in page and "名簿で直せます" in page

        number = one.vouchers.get().voucher_number
        assert str(number) not in page
        listed_page = client.get(f"/prints/{mailing.pk}/left-out/").text
        assert str(number) in listed_page
        assert AccessEntry.objects.get(what="left_out_seen").count == 1

    def test_offers_a_pull_list_when_somebody_moved(self, client, listed, run):  # noqa: F811
        mailing = run().mailing
        assert "抜取リストを作る" not in client.get(f"/prints/{mailing.pk}/").text
        Resident.objects.filter(vouchers__envelopes__serial=3).update(status_flag="1")
        assert "抜取リストを作る" in client.get(f"/prints/{mailing.pk}/").text

        answer = client.post(f"/prints/{mailing.pk}/pull/")
        parcel = Parcel.objects.get(layout="PUL")
        assert answer["Location"] == f"/rosters/{parcel.pk}/"
        prints.build(parcel_id=parcel.pk, at=cast.NOW)
        assert "抜取リスト" in client.get(f"/rosters/{parcel.pk}/").text
        assert client.post(f"/prints/{mailing.pk}/pull/").status_code == 422

    def test_its_file_is_told_by_its_name(self, client, listed, run):  # noqa: F811
        parcel = run()
        assert "印字データ" in client.get(f"/rosters/{parcel.pk}/").text
        assert "印字データ" in client.get("/rosters/").text

    def test_ends(self, client, listed, run):  # noqa: F811
        mailing = run().mailing
        path = f"/prints/{mailing.pk}"
        assert client.post(f"{path}/mailed/", {"mailed-day": "2026/6/1"}).status_code == 302
        assert client.post(f"{path}/close/", {"closing-counted": "12"}).status_code == 422
        Envelope.objects.update(state="delivered")
        assert client.post(f"{path}/call-off/", {"call_off-words": "x"}).status_code == 422
        assert client.post(f"{path}/close/", {"closing-counted": "12"}).status_code == 302
        assert "完了" in client.get(f"{path}/").text

    def test_answers_nonsense_calmly(self, client, listed, run):  # noqa: F811
        path = f"/prints/{run().mailing.pk}"
        for value in ("", "-1", "x", "9" * 40, "\x00", "１２３４５６７８９"):
            assert client.post(f"{path}/close/", {"closing-counted": value}).status_code == 422
            assert client.post(f"{path}/mailed/", {"mailed-day": value}).status_code == 422

    def test_is_not_found_where_there_is_none(self, client):
        nobody = "00000000-0000-0000-0000-000000000007"
        assert client.get(f"/prints/{nobody}/").status_code == 404
        assert client.post(f"/prints/{nobody}/pull/").status_code == 404


def test_is_shut_for_others(here):
    for role in ("operator", "supervisor", "venue_staff", "contractor", "auditor"):
        assert desk(cast.staff(role)).get("/prints/").status_code == 403


class TestResults:
    def test_are_handed_in_compared_and_let_in_by_two(self, client, officers, listed, run, tmp_path):  # noqa: F811  # fmt: skip
        mailing = run().mailing
        rows = [
            PrintedRow(f"{one.serial:08}", str(one.voucher.voucher_number), "3", "20260601103015", "B1")
            for one in Envelope.objects.select_related("voucher").filter(serial__lt=12)
        ]  # fmt: skip
        path, other = tmp_path / "prr.zip", desk(officers[1])
        chunks = [*write(layout=PRINTED, rows=rows)]
        sealing.seal_like_a_clerk(chunks=chunks, name="prr.csv", to=path, password=PASSWORD, at=cast.NOW)  # fmt: skip
        form = {"rows": "11", "encoding": "utf-8"}
        door = f"/prints/{mailing.pk}/results/"
        assert client.get(door).status_code == 200
        kept, container = set(spool.names()), path.read_bytes()
        for wrong in ({"rows": "0"}, {"rows": "x"}, {"encoding": "utf-7"}):
            file = {"file": SimpleUploadedFile("prr.zip", container)}
            assert client.post(door, form | wrong | file).status_code == 422
        plain = SimpleUploadedFile("prr.csv", b"".join(chunks))
        assert client.post(door, form | {"file": plain}).status_code == 422
        assert set(spool.names()) == kept, "nothing of what was refused is kept"

        answer = client.post(door, form | {"file": SimpleUploadedFile("prr.zip", container)})
        parcel = Parcel.objects.get(layout="PRR")
        page = f"/files/{parcel.pk}/"
        assert answer["Location"] == page
        assert client.post(f"{page}unlock/", {"unlock-password": PASSWORD}).status_code == 409
        assert other.post(f"{page}unlock/", {"unlock-password": PASSWORD}).status_code == 302
        results.check(parcel_id=parcel.pk, at=cast.NOW)
        shown = other.get(page).text
        assert "照合の結果" in shown and "00000012" in shown
        assert rows[0].voucher_number not in shown
        assert other.post(f"{page}commit/", {"commit-compared": "on"}).status_code == 302
        results.apply(parcel_id=parcel.pk, at=cast.NOW)
        assert "完了" in other.get(page).text
        assert "印刷結果" in client.get("/files/").text
        assert Envelope.objects.filter(state="delivered").count() == 11
        assert parcel.number in client.get(f"/prints/{mailing.pk}/").text

    def test_are_shut_for_others(self, listed, run):  # noqa: F811
        path = f"/prints/{run().mailing.pk}/results/"
        assert desk(cast.staff("operator")).get(path).status_code == 403
