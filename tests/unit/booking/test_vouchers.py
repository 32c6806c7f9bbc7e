"""The life of a voucher: issued, sent, lost, back, stopped, replaced; each with its day and person."""

from datetime import date, timedelta

import pytest

from booking import mailings, reservations, status_decisions, vouchers
from booking.models import Envelope, Mailing, Reservation, Voucher, VoucherEvent
from privacy.models import AccessEntry
from tests import cast
from tests.cast import NOW
from tests.serving import desk

pytestmark = pytest.mark.usefixtures("served")
What, State = VoucherEvent.What, Envelope.State


@pytest.fixture
def officer():
    return cast.staff("ward_officer", display_name="見本 一郎")


@pytest.fixture
def voucher():
    return cast.resident(voucher_number="9990005555").vouchers.get()


def send(voucher, officer, *, state=State.DELIVERED, mailed_on=date(2026, 6, 3)):
    plan = mailings.Plan("第1便", date(2026, 5, 1), date(2026, 5, 1))
    number = f"P20260601-{Mailing.objects.count() + 1:03}"
    made = mailings.begin(plan=plan, number=number, by=officer, at=NOW + timedelta(hours=1))
    mailings.enclose(mailing=made, vouchers=[voucher.pk.bytes], left_out={}, counts={})
    Envelope.objects.filter(mailing=made).update(state=state)
    Mailing.objects.filter(pk=made.pk).update(mailed_on=mailed_on)
    return made


def note(voucher, what, officer, *, words="", days=5):
    return vouchers.note(
        voucher=voucher, what=what, words=words, by=officer, at=NOW + timedelta(days=days)
    )


class TestHistory:
    def test_is_told_in_order(self, voucher, officer):
        send(voucher, officer)
        note(voucher, What.RETURNED, officer, words="宛所なし")
        note(voucher, What.STOPPED, officer, days=6)

        lines = vouchers.history(voucher)
        assert [str(one.words) for one in lines] == [
            "発行した（名簿から登録）", "発送便に入れた", "発送した",
            "郵便で戻ってきた（宛先不明など）", "番号を止めた",
        ]  # fmt: skip
        assert "第1便　00000001" in lines[1].detail
        assert (lines[3].detail, lines[3].by) == ("宛所なし", "見本 一郎")

    def test_says_nothing_of_sending_what_was_pulled(self, voucher, officer):
        send(voucher, officer, state=State.PULLED)
        assert "発送した" not in [str(one.words) for one in vouchers.history(voucher)]

    def test_is_never_edited(self, voucher, officer, live_role_may_not):
        note(voucher, What.LOST, officer)
        live_role_may_not("booking_voucherevent")


@pytest.fixture
def live_role_may_not():
    """The municipality's own role can neither change nor erase rows of this table."""
    from django.db import ProgrammingError, connection, transaction

    def check(table):
        for verb in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(verb)

    return check


class TestReturned:
    def test_may_go_into_the_next_mailing(self, voucher, officer):
        send(voucher, officer)
        note(voucher, What.RETURNED, officer)
        assert Voucher.objects.get(pk=voucher.pk).is_live
        send(voucher, officer)
        assert Envelope.objects.filter(voucher=voucher, is_current=True).count() == 1

    def test_not_before_it_was_sent(self, voucher, officer):
        send(voucher, officer, state=State.ENCLOSED, mailed_on=None)
        with pytest.raises(vouchers.StillHere):
            note(voucher, What.RETURNED, officer)
        assert not VoucherEvent.objects.exists()


class TestStopped:
    def test_books_nothing_and_its_booking_waits_for_a_decision(self, voucher, officer):
        _, web, _ = cast.slot(day=date(2026, 6, 15))
        cast.everybody_may_book()
        held = cast.reservation(voucher.resident, bucket=web)
        note(voucher, What.STOPPED, officer)

        waiting = status_decisions.waiting(by=officer, at=NOW)
        assert [one.pk for one in waiting] == [held.pk]
        assert Reservation.objects.get(pk=held.pk).is_live, "nobody is cancelled by itself"

    def test_stays_stopped(self, voucher, officer):
        note(voucher, What.STOPPED, officer)
        for what in (What.STOPPED, What.LOST):
            with pytest.raises(vouchers.Dead):
                note(voucher, what, officer)
        assert VoucherEvent.objects.count() == 1

    def test_a_claim_is_refused(self, voucher, officer):
        import uuid

        cast.everybody_may_book()
        _, web, _ = cast.slot(day=date(2026, 6, 15))
        note(voucher, What.STOPPED, officer)
        with pytest.raises(reservations.Refused):
            reservations.claim(
                resident=voucher.resident, wishes=[reservations.Wish(1, web.pk)],
                asking=reservations.Asking(channel="web", request_key=uuid.uuid4()), by=None, at=NOW,
            )  # fmt: skip


class TestWho:
    def test_only_the_ward_writes(self, voucher):
        for role in ("operator", "supervisor", "venue_staff", "contractor", "auditor"):
            with pytest.raises(vouchers.Refused):
                note(voucher, What.LOST, cast.staff(role))
        assert not VoucherEvent.objects.exists()

    def test_nobody_writes_a_replacement_by_hand(self, voucher, officer):
        for what in (What.REPLACED, "used", ""):
            with pytest.raises(vouchers.Refused):
                note(voucher, what, officer)

    def test_every_look_and_word_is_in_the_log(self, voucher, officer):
        vouchers.find(number="9990005555", by=officer, at=NOW)
        note(voucher, What.LOST, officer)
        seen = AccessEntry.objects.filter(resident_id=voucher.resident_id)
        assert [one.what for one in seen.order_by("pk")] == ["voucher_seen", "voucher_noted"]


class TestFinding:
    def test_by_number_line_or_scan(self, voucher, officer):
        for number in ("9990005555", "219999979990005555", "９９９０００５５５５", "A9990005555B"):
            (found,) = vouchers.find(number=number, by=officer, at=NOW)
            assert found.pk == voucher.pk

    def test_of_anything_else_finds_nobody(self, voucher, officer):
        for number in (
            "",
            "x",
            "9990005556",
            "219999989990005555",
            "07099990001",
            "\x00",
            "9" * 400,
        ):
            with pytest.raises(vouchers.NotFound):
                vouchers.find(number=number, by=officer, at=NOW)

    def test_finds_a_dead_number_as_it_is(self, voucher, officer):
        note(voucher, What.STOPPED, officer)
        new = Voucher.objects.create(
            resident=voucher.resident, issuer_code="999997", voucher_number="9980005555",
            issued_at=NOW,
        )  # fmt: skip
        (found,) = vouchers.find(number="9990005555", by=officer, at=NOW)
        assert found.pk == voucher.pk != new.pk


class TestPages:
    def test_find_show_and_write_down(self, voucher, officer):
        client = desk(officer)
        page = f"/vouchers/{voucher.pk}/"
        assert client.get("/vouchers/").status_code == 200
        assert client.post("/vouchers/", {"number": "0000000000"}).status_code == 422
        assert client.post("/vouchers/", {"number": "9990005555"})["Location"] == page
        shown = client.get(page).text
        assert "発行した" in shown
        assert "9990005555" not in shown, "the page shows the end of the number only"

        assert client.post(page, {"what": "lost", "words": "電話で届出"}).status_code == 302
        assert "電話で届出" in client.get(page).text
        for wrong in ({"what": "used"}, {"what": ""}, {"what": "lost", "words": "x" * 201},
                      {"what": "lost", "words": "個人番号 123456789018"}):  # fmt: skip
            assert client.post(page, wrong).status_code == 422
        assert VoucherEvent.objects.count() == 1

    def test_are_shut_for_others_and_for_nobody(self, voucher, officer):
        nobody = "/vouchers/00000000-0000-0000-0000-000000000007/"
        assert desk(officer).get(nobody).status_code == 404
        assert desk(cast.staff("operator")).get("/vouchers/").status_code == 403
