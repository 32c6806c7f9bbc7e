"""Bookings of people who moved, died or lost the voucher: seen, kept or cancelled by staff."""

from datetime import date, timedelta

import pytest

from booking import reminders, reservations, status_decisions
from booking.models import Reservation, ReservationEvent, Resident, StatusDecision
from notifications.models import Message
from privacy.models import AccessEntry
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from venues.models import Bucket


@pytest.fixture
def officer(served):
    cast.everybody_may_book()
    return cast.staff("ward_officer")


def booked(status, **kwargs):
    """Somebody who booked and whom a list changed afterwards."""
    who = cast.resident(**kwargs)
    made = cast.reservation(who)
    if status == "void":
        who.vouchers.update(is_live=False)
    else:
        Resident.objects.filter(pk=who.pk).update(status_flag=status)
    return made


def waiting(by, at=NOW):
    return [one.pk for one in status_decisions.waiting(by=by, at=at)]


def decide(made, shown, outcome, by, **changes):
    told = {"reservation_id": made.pk, "version": made.version, "status": shown} | changes
    return status_decisions.decide(**told, outcome=outcome, by=by, at=NOW)


class TestList:
    @pytest.mark.parametrize("status", ["1", "2", "void"])
    def test_names_who_may_not_book_any_more(self, officer, status):
        made = booked(status)
        cast.reservation(cast.resident())

        (one,) = status_decisions.waiting(by=officer, at=NOW)

        assert (one.pk, one.status) == (made.pk, status)
        entry = AccessEntry.objects.get(what="to_decide_seen")
        assert (entry.resident_id, entry.staff_id) == (made.resident_id, officer.pk)

    def test_leaves_out_what_is_over_or_cancelled(self, officer):
        made = booked("1")
        assert waiting(officer, at=made.slot.starts_at + timedelta(minutes=1)) == []
        reservations.cancel(reservation=made, channel="phone", by=officer, at=NOW)

        assert waiting(officer) == []
        assert status_decisions.count(at=NOW) == 0


class TestDeciding:
    @pytest.mark.parametrize("status", ["1", "2", "void"])
    def test_keeps_and_asks_no_more(self, officer, status):
        made = booked(status)

        decide(made, status, "kept", officer)

        assert waiting(officer) == []
        row = Reservation.objects.get(pk=made.pk)
        assert (row.is_live, row.version) == (True, 1)
        assert AccessEntry.objects.filter(what="status_decided", why="kept").count() == 1

    def test_asks_again_when_the_status_is_another(self, officer):
        made = booked("1")
        decide(made, "1", "kept", officer)
        Resident.objects.filter(pk=made.resident_id).update(status_flag="2")

        assert waiting(officer) == [made.pk]

    @pytest.mark.parametrize(("status", "reason", "is_told"), [("1", "moved_out", True), ("2", "deceased", False), ("void", "void", True)])  # fmt: skip
    def test_cancels_gives_the_place_back_and_tells_no_reason(self, officer, status, reason, is_told):  # fmt: skip
        made = booked(status)

        decide(made, status, "cancelled", officer)

        assert Bucket.objects.get(pk=made.bucket_id).taken == 0
        event = ReservationEvent.objects.get(what="cancelled")
        assert (event.reason, event.done_by_id) == (reason, officer.pk)
        told = Message.objects.filter(kind="cancelled")
        assert told.exists() is is_told
        assert not any(word in one.body for one in told for word in ("転出", "死亡", "失効"))
        assert not Message.objects.filter(kind="confirmed", state="pending").exists()

    def test_is_done_once_and_only_as_shown(self, officer):
        made = booked("1")
        for stale in ({"version": 2}, {"status": "2"}, {"status": "void"}):
            with pytest.raises(status_decisions.AlreadyDecided):
                decide(made, "1", "cancelled", officer, **stale)
        decide(made, "1", "kept", officer)

        with pytest.raises(status_decisions.AlreadyDecided):
            decide(made, "1", "cancelled", cast.staff("supervisor"))
        assert Reservation.objects.get(pk=made.pk).is_live
        assert StatusDecision.objects.count() == 1

    def test_decides_on_nobody_who_may_book(self, officer):
        made = cast.reservation(cast.resident())

        with pytest.raises(status_decisions.AlreadyDecided):
            decide(made, "1", "cancelled", officer)


def test_nobody_is_reminded_of_a_death(officer):
    dead = booked("2")
    moved = booked("1")
    eve = moved.slot.starts_at - timedelta(hours=15)

    reminders.remind(at=eve)

    reminded = {one.reference for one in Message.objects.filter(kind="reminder")}
    assert dead.pk not in reminded
    assert moved.pk in reminded


class TestPage:
    @pytest.fixture
    def made(self, officer):
        bucket = cast.slot(day=cast.now().date() + timedelta(days=9))[1]
        who = cast.resident(born_on=date(1948, 2, 3))
        found = cast.reservation(who, bucket=bucket, at=cast.now())
        Resident.objects.filter(pk=who.pk).update(status_flag="1")
        return found

    @pytest.mark.parametrize("role", ["ward_officer", "supervisor"])
    def test_shows_who_and_which(self, made, role):
        page = desk(cast.staff(role)).get("/to-decide/").text

        assert "見本　太郎" in page
        assert "転出" in page
        assert made.reservation_number in page
        assert "99990001" not in page

    @pytest.mark.parametrize("outcome", ["kept", "cancelled"])
    def test_decides(self, made, officer, outcome):
        client = desk(officer)

        answer = client.post(
            f"/to-decide/{made.pk}/", {"version": 1, "status": "1", "outcome": outcome}
        )
        again = client.post(
            f"/to-decide/{made.pk}/", {"version": 1, "status": "1", "outcome": "cancelled"}
        )

        assert answer.headers["Location"] == again.headers["Location"] == "/to-decide/"
        assert "すでに判断されたか" in client.get("/to-decide/").text
        assert Reservation.objects.get(pk=made.pk).is_live is (outcome == "kept")

    def test_takes_no_nonsense(self, made, officer):
        client = desk(officer)
        for form in ({}, {"version": "x"}, {"version": 1, "status": "9", "outcome": "kept"}):
            assert client.post(f"/to-decide/{made.pk}/", form).status_code == 302

        assert not StatusDecision.objects.exists()
