"""Claim, move, cancel: the promise of one verb at a time (races: tests/concurrency)."""

import uuid
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models import F

from booking import reservations, rulebook
from booking.contacts import Contact
from booking.models import Reservation, ReservationEvent
from booking.reservations import Asking, Wish
from notifications.models import Message
from privacy.models import AccessEntry
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("served")


def asking(**kwargs):
    return Asking(channel=kwargs.pop("channel", "web"), request_key=kwargs.pop("key", uuid.uuid4()), **kwargs)  # fmt: skip


@pytest.fixture
def place(served):
    cast.everybody_may_book()
    return cast.slot()


def claim(resident, *buckets, **kwargs):
    wishes = [Wish(dose, bucket.pk) for dose, bucket in enumerate(buckets, start=kwargs.pop("first", 1))]  # fmt: skip
    return reservations.claim(
        resident=resident,
        wishes=wishes,
        asking=kwargs.pop("asking", asking()),
        by=None,
        at=NOW,
        **kwargs,
    )


class TestClaim:
    def test_takes_one_place_and_writes_everything(self, place):
        _, web, _ = place
        resident = cast.resident()

        (made,) = claim(resident, web)

        web.refresh_from_db()
        assert web.taken == 1
        kept = Reservation.objects.get()
        assert (kept.pk, kept.reservation_number) == (made.pk, made.reservation_number)
        assert ReservationEvent.objects.get().what == "claimed"
        assert AccessEntry.objects.get(resident_id=resident.pk).what == "claim"
        message = Message.objects.get()
        assert message.reference == made.pk
        assert message.recipient == "+817099990001"
        assert "見本" in message.body

    def test_draws_another_number_where_somebody_has_drawn_the_same(self, place, monkeypatch):
        _, web, _ = place
        (first,) = claim(cast.resident(), web)
        drawn = iter([first.reservation_number, first.reservation_number, "0615-000001-X"])
        monkeypatch.setattr("booking.reservations._claim.make", lambda _day: next(drawn))

        (second,) = claim(cast.resident(), web)

        assert second.reservation_number == "0615-000001-X"
        web.refresh_from_db()
        assert web.taken == 2

    def test_tells_the_former_contact_only_where_another_took_its_place(self, place):
        slot, web, _ = place
        _, second, _ = cast.slot(day=date(2026, 7, 10), vaccine_=slot.opening.vaccine)
        resident = cast.resident()
        (held,) = claim(resident, second, first=2)
        other = Contact(phone="+817099990009")

        for _again in range(2):
            resident.refresh_from_db()
            (made,) = claim(resident, web, contact=other)
            reservations.cancel(reservation=made, channel="web", by=None, at=NOW)

        assert held.is_live
        resident.refresh_from_db()
        assert resident.phone == "+817099990001"
        assert not Message.objects.filter(kind="contact").exists()

        reservations.cancel(reservation=held, channel="web", by=None, at=NOW)
        claim(resident, web, contact=other)
        assert Message.objects.get(kind="contact").recipient == "+817099990001"

    def test_pressing_twice_gives_the_same_number(self, place):
        _, web, _ = place
        resident, same = cast.resident(), asking()

        first = claim(resident, web, asking=same)
        second = claim(resident, web, asking=same)

        assert first[0].reservation_number == second[0].reservation_number
        assert Reservation.objects.count() == 1

    def test_pressing_again_after_a_stop_gives_the_same_number(self, place):
        _, web, _ = place
        resident, same = cast.resident(), asking()
        (first,) = claim(resident, web, asking=same)
        rules = rulebook.booking_rules()
        rules.web_stopped = True
        rules.save()
        rulebook.forget_kept()

        assert claim(resident, web, asking=same) == [first]
        with pytest.raises(reservations.Stopped):
            claim(cast.resident(), web)
        rulebook.forget_kept()

    def test_marks_a_refusal_that_betrays_what_is_held(self, place):
        _, web, _ = place
        resident = cast.resident()
        claim(resident, cast.slot(day=date(2026, 7, 6))[1], first=2)
        soon = cast.slot(day=date(2026, 6, 29))[1]

        with pytest.raises(reservations.NotBookable) as refusal:
            claim(resident, soon)
        assert refusal.value.from_record
        with pytest.raises(reservations.NotBookable) as refusal:
            claim(cast.resident(born_on=date(2020, 1, 1)), web)
        assert not refusal.value.from_record

    def test_refuses_a_second_live_reservation_for_the_dose(self, place):
        _, web, _ = place
        resident = cast.resident()
        claim(resident, web)

        with pytest.raises(reservations.AlreadyReserved):
            claim(resident, web)

    def test_refuses_when_the_bucket_is_full(self, place):
        _slot, *_ = place
        _, web, _ = cast.slot(at=time(11, 0), web=1)
        claim(cast.resident(), web)

        with pytest.raises(reservations.SlotFull):
            claim(cast.resident(), web)

    @pytest.mark.parametrize("flag", ["1", "2"])
    def test_refuses_a_flagged_person_and_leaves_nothing(self, place, flag):
        _, web, _ = place
        resident = cast.resident(status_flag=flag)

        with pytest.raises(reservations.NotPermitted):
            claim(resident, web)

        web.refresh_from_db()
        assert web.taken == 0
        assert not Reservation.objects.exists()
        assert not Message.objects.exists()

    def test_refuses_a_dead_voucher(self, place):
        _, web, _ = place
        resident = cast.resident()
        resident.vouchers.update(is_live=False)

        with pytest.raises(reservations.NotPermitted):
            claim(resident, web)

    def test_refuses_a_closed_bucket(self, place):
        _, web, _ = place
        web.is_open = False
        web.save()

        with pytest.raises(reservations.SlotFull):
            claim(cast.resident(), web)

    def test_refuses_before_the_window(self, place):
        _, web, _ = place
        web.bookable_from = NOW + timedelta(minutes=1)
        web.save()

        with pytest.raises(reservations.SlotFull):
            claim(cast.resident(), web)

    def test_refuses_the_too_young(self, place):
        _, web, _ = place

        with pytest.raises(reservations.NotBookable, match="16"):
            claim(cast.resident(born_on=date(2020, 1, 1)), web)


class TestPair:
    def second(self, **kwargs):
        return cast.slot(day=date(2026, 7, 6), **kwargs)[1]

    def test_takes_both(self, place):
        _, web, _ = place
        later = self.second()

        first, second = claim(cast.resident(), web, later)

        assert (first.dose_number, second.dose_number) == (1, 2)
        web.refresh_from_db()
        later.refresh_from_db()
        assert (web.taken, later.taken) == (1, 1)
        assert ReservationEvent.objects.count() == 2
        assert Message.objects.count() == 2

    def test_takes_neither_when_one_is_full(self, place):
        _, web, _ = place
        later = self.second(web=0)

        with pytest.raises(reservations.PairNotFree):
            claim(cast.resident(), web, later)

        web.refresh_from_db()
        assert web.taken == 0
        assert not Reservation.objects.exists()

    def test_refuses_doses_too_close(self, place):
        _, web, _ = place
        too_soon = cast.slot(day=date(2026, 6, 20))[1]

        with pytest.raises(reservations.NotBookable, match="7月4日"):
            claim(cast.resident(), web, too_soon)

    def test_pressing_twice_gives_the_same_pair(self, place):
        _, web, _ = place
        later, resident, same = self.second(), cast.resident(), asking()

        first = claim(resident, web, later, asking=same)
        again = claim(resident, web, later, asking=same)

        assert [one.pk for one in first] == [one.pk for one in again]


class TestMoveAndCancel:
    def test_moves_one_place(self, place):
        _, web, _ = place
        _, other, _ = cast.slot(at=time(11, 0))
        (made,) = claim(cast.resident(), web)

        moved = reservations.move(
            reservation=made, bucket_id=other.pk, channel="web", by=None, at=NOW
        )

        web.refresh_from_db()
        other.refresh_from_db()
        assert (web.taken, other.taken) == (0, 1)
        assert moved.version == 2
        assert list(ReservationEvent.objects.values_list("what", flat=True)) == ["claimed", "moved"]
        assert set(Message.objects.values_list("kind", "state")) == {
            ("confirmed", "superseded"),
            ("moved", "pending"),
        }

    def test_keeps_the_old_place_when_the_new_is_full(self, place):
        _, web, _ = place
        _, full, _ = cast.slot(at=time(11, 0), web=0)
        (made,) = claim(cast.resident(), web)

        with pytest.raises(reservations.SlotFull):
            reservations.move(reservation=made, bucket_id=full.pk, channel="web", by=None, at=NOW)

        web.refresh_from_db()
        assert web.taken == 1

    def test_refuses_to_move_what_changed_meanwhile(self, place):
        _, web, _ = place
        _, other, _ = cast.slot(at=time(11, 0))
        (made,) = claim(cast.resident(), web)
        stale = Reservation.objects.get(pk=made.pk)
        reservations.cancel(reservation=made, channel="web", by=None, at=NOW)

        with pytest.raises(reservations.ChangedMeanwhile):
            reservations.move(reservation=stale, bucket_id=other.pk, channel="web", by=None, at=NOW)

    @pytest.mark.parametrize("why", ["flag", "voucher"])
    def test_moves_nobody_whom_the_record_refuses(self, place, why):
        _, web, _ = place
        _, other, _ = cast.slot(at=time(11, 0))
        resident = cast.resident()
        (made,) = claim(resident, web)
        if why == "flag":
            type(resident).objects.filter(pk=resident.pk).update(status_flag="1")
        else:
            resident.vouchers.update(is_live=False)

        with pytest.raises(reservations.NotPermitted):
            reservations.move(reservation=made, bucket_id=other.pk, channel="web", by=None, at=NOW)

        other.refresh_from_db()
        assert other.taken == 0
        assert Reservation.objects.get().version == 1
        reservations.cancel(reservation=made, channel="web", by=None, at=NOW)

    def test_moves_to_no_place_whose_window_is_over(self, place):
        _, web, _ = place
        _, other, _ = cast.slot(at=time(11, 0))
        (made,) = claim(cast.resident(), web)
        type(other).objects.filter(pk=other.pk).update(bookable_until=NOW)

        with pytest.raises(reservations.SlotFull):
            reservations.move(reservation=made, bucket_id=other.pk, channel="web", by=None, at=NOW)

    @pytest.mark.parametrize("full", [False, True])
    def test_to_the_same_slot_writes_nothing_and_says_so(self, place, full):
        _, web, phone = place
        (made,) = claim(cast.resident(), web)
        if full:
            type(web).objects.update(taken=F("capacity"))

        for bucket in (web, phone):
            with pytest.raises(reservations.SamePlace) as refusal:
                reservations.move(
                    reservation=made, bucket_id=bucket.pk, channel="web", by=None, at=NOW
                )

        assert "同じ枠です" in str(refusal.value.words)
        assert Reservation.objects.get().version == 1
        assert [one.what for one in ReservationEvent.objects.all()] == ["claimed"]
        assert Message.objects.count() == 1

    def test_gives_the_place_back_on_cancel(self, place):
        _, web, _ = place
        (made,) = claim(cast.resident(), web)

        reservations.cancel(reservation=made, channel="web", by=None, at=NOW)

        web.refresh_from_db()
        assert web.taken == 0
        assert not Reservation.objects.get().is_live

    def test_refuses_a_resident_after_the_cut_off_but_not_an_operator(self, place):
        _, web, _ = place
        (made,) = claim(cast.resident(), web)
        late = made.slot.starts_at - timedelta(hours=1)

        with pytest.raises(reservations.TooLate):
            reservations.cancel(reservation=made, channel="web", by=None, at=late)
        reservations.cancel(reservation=made, channel="phone", by=cast.staff(), at=late)


class TestConstraints:
    def test_the_counter_cannot_pass_the_capacity(self, place):
        _, web, _ = place

        with pytest.raises(IntegrityError):
            type(web).objects.filter(pk=web.pk).update(taken=web.capacity + 1)

    def test_events_cannot_be_edited(self, place):
        _, web, _ = place
        claim(cast.resident(), web)

        with pytest.raises(Exception, match="permission denied"):
            ReservationEvent.objects.update(reason="x")
        connection.needs_rollback = True
