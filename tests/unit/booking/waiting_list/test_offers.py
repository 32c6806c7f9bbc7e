"""A freed place goes to the next one on the list, and nobody else meanwhile."""

import re
import uuid
from datetime import date, datetime, time, timedelta

import pytest

from booking import holds, reservations, waiting_list
from booking.contacts import Contact
from booking.models import Reservation, Resident, WaitingListEntry, WaitingListOffer
from booking.waiting_list import windows
from notifications import call_list
from notifications.models import Message
from tests import cast
from tests.cast import JST, NOW
from tests.unit.booking.waiting_list.conftest import HOUSE_PHONE, booked, cancelled, joined
from venues import ledger, slots
from venues.models import Bucket, Hold

pytestmark = pytest.mark.usefixtures("served")
DAY_LATER = NOW + timedelta(hours=25)


def open_offers():
    return WaitingListOffer.objects.filter(state="open")


def state(entry):
    return WaitingListEntry.objects.get(pk=entry.pk).state


def told():
    return Message.objects.filter(kind="offered")


class TestFreed:
    def test_the_place_is_held_and_the_first_one_told(self, full):
        _, web, held = full
        first, second = joined(), joined(at=NOW + timedelta(minutes=1))

        cancelled(held)

        (offer,) = open_offers()
        assert offer.entry_id == first.pk
        assert (state(first), state(second)) == ("offered", "waiting")
        web.refresh_from_db()
        assert (web.taken, web.held) == (0, 1)
        with pytest.raises(reservations.SlotFull):
            booked(web)
        assert ledger.differences() == []

    def test_the_message_has_date_venue_and_a_link_of_the_canonical_host(self, full):
        joined()
        cancelled(full[2])

        (message,) = told()
        assert re.search(r"https?://mihon\.localhost(:\d+)?/w/[\w-]{22}", message.body)
        assert "見本会場" in message.body
        assert "6/2 10:00までに" in message.body
        assert (message.carrier, message.recipient) == ("sms", "+817099990002")

    def test_the_token_is_kept_nowhere(self, full):
        joined()
        cancelled(full[2])

        token = told().get().body.rsplit("/", 1)[1]
        (offer,) = open_offers()
        assert token.encode() not in bytes(offer.token_index)

    def test_who_can_only_be_telephoned_becomes_a_task_with_the_place_held(self, full):
        joined(reach="call", contact=Contact(phone=HOUSE_PHONE))
        cancelled(full[2])

        (message,) = call_list.waiting(at=NOW)
        assert (message.kind, message.carrier) == ("offered", "call")
        assert "/w/" not in message.body
        assert Bucket.objects.get(pk=full[1].pk).held == 1

    @pytest.mark.parametrize(
        "changes",
        [
            {"first_day": date(2026, 6, 16)},
            {"last_day": date(2026, 6, 14)},
            {"notice_hours": 168},
        ],
    )
    def test_nothing_is_offered_that_does_not_fit(self, full, changes):
        joined(**changes)
        near = NOW if "notice_hours" not in changes else datetime(2026, 6, 14, 9, tzinfo=JST)
        reservations.cancel(reservation=full[2], channel="phone", by=cast.staff(), at=near)

        assert not open_offers()

    def test_another_venue_is_not_offered_and_the_wished_one_is(self, full):
        slot, _, held = full
        elsewhere, here = cast.venue(), slot.opening.venue
        joined(venue_ids=(elsewhere.pk,))
        wished = joined(venue_ids=(here.pk, elsewhere.pk), at=NOW + timedelta(minutes=1))

        cancelled(held)

        assert open_offers().get().entry_id == wished.pk

    def test_who_moved_away_is_passed_over(self, full):
        gone = joined()
        Resident.objects.filter(pk=gone.resident_id).update(status_flag="1")
        next_one = joined(at=NOW + timedelta(minutes=1))

        cancelled(full[2])

        assert open_offers().get().entry_id == next_one.pk

    def test_more_capacity_is_offered_to_as_many(self, full):
        _, web, _ = full
        for minute in range(4):
            joined(at=NOW + timedelta(minutes=minute))

        slots.resize(wanted={web.pk: 4}, reason="試験", by=cast.staff("ward_officer"), at=NOW)

        assert open_offers().count() == 3
        assert ledger.differences() == []

    def test_what_goes_wrong_in_telling_does_not_stop_a_cancellation(self, full, monkeypatch):
        joined()
        monkeypatch.setattr("booking.waiting_list._telling.owed_for_offer", lambda *_a, **_k: 1 / 0)

        cancelled(full[2])

        assert not Reservation.objects.filter(is_live=True)
        assert not open_offers()
        assert Bucket.objects.get(pk=full[1].pk).held == 0


class TestAnswers:
    @pytest.fixture
    def offer(self, full):
        joined()
        cancelled(full[2])
        return open_offers().get()

    def test_taking_is_a_reservation_like_any_other(self, offer):
        made = waiting_list.take(offer_id=offer.pk, by=None, at=NOW)

        assert made.bucket_id == offer.bucket_id
        bucket = Bucket.objects.get(pk=offer.bucket_id)
        assert (bucket.taken, bucket.held) == (1, 0)
        assert state(offer.entry) == "booked"
        assert Resident.objects.get(pk=offer.entry.resident_id).phone == "+817099990002"
        assert ledger.differences() == []

    def test_twice_is_once(self, offer):
        first = waiting_list.take(offer_id=offer.pk, by=None, at=NOW)
        again = waiting_list.take(offer_id=offer.pk, by=None, at=NOW)

        assert first.pk == again.pk
        assert Reservation.objects.filter(is_live=True).count() == 1

    @pytest.mark.parametrize("own_is_first", [True, False])
    def test_ends_the_offers_hold_and_not_the_persons_own(self, full, own_is_first):
        """Otherwise a second place was kept for a day, for an offer that was answered."""
        _slot, web, held = full
        entry = joined()
        cancelled(held)
        by = cast.staff("ward_officer")
        slots.resize(wanted={web.pk: 2}, reason="試験", by=by, at=NOW)
        holds.hold(resident_id=entry.resident_id, places={1: web.pk}, by=None, at=NOW)
        number = 1 if own_is_first else 2**128 - 1
        Hold.objects.filter(holder_id=entry.resident_id).update(id=uuid.UUID(int=number))
        (offer,) = open_offers()

        waiting_list.take(offer_id=offer.pk, by=None, at=NOW)

        assert [one.holder_id for one in Hold.objects.filter(bucket=web)] == [entry.resident_id]
        assert ledger.differences() == []

    def test_a_cancellation_afterwards_revives_nothing(self, offer):
        cancelled(waiting_list.take(offer_id=offer.pk, by=None, at=NOW))
        waiting_list.sweep(at=NOW)

        assert state(offer.entry) == "booked"
        assert not open_offers()
        with pytest.raises(waiting_list.AlreadyAnswered):
            waiting_list.take(offer_id=offer.pk, by=None, at=NOW)

    def test_declining_passes_the_place_on(self, offer):
        other = joined(at=NOW + timedelta(minutes=5))
        waiting_list.decline(offer_id=offer.pk, by=None, at=NOW)

        assert open_offers().get().entry_id == other.pk
        assert state(offer.entry) == "waiting"
        with pytest.raises(waiting_list.AlreadyAnswered):
            waiting_list.take(offer_id=offer.pk, by=None, at=NOW)

    def test_too_late_is_too_late_even_before_the_sweep(self, offer):
        with pytest.raises(waiting_list.OfferOver):
            waiting_list.take(offer_id=offer.pk, by=None, at=offer.until)

    def test_no_answer_passes_it_on_and_the_message_is_withdrawn(self, offer):
        other = joined(at=NOW + timedelta(minutes=5))
        waiting_list.sweep(at=DAY_LATER)
        waiting_list.sweep(at=DAY_LATER)

        assert open_offers().get().entry_id == other.pk
        assert state(offer.entry) == "waiting"
        assert told().get(reference=offer.pk).state == "superseded"
        assert ledger.differences() == []

    def test_leaving_passes_it_on(self, offer):
        other = joined(at=NOW + timedelta(minutes=5))
        waiting_list.leave(resident_id=offer.entry.resident_id, dose_number=1, by=None, at=NOW)

        assert open_offers().get().entry_id == other.pk

    def test_who_books_by_another_way_leaves_the_list(self, offer):
        booked(cast.slot()[1], offer.entry.resident)
        waiting_list.sweep(at=NOW)

        assert state(offer.entry) == "booked"
        assert not open_offers()
        assert Bucket.objects.get(pk=offer.bucket_id).held == 0

    def test_a_booking_by_another_way_that_was_cancelled_ends_the_wish_too(self, served):
        cast.everybody_may_book()
        entry = joined()
        cancelled(booked(cast.slot(web=1)[1], entry.resident))

        assert not open_offers()
        assert waiting_list.standing(resident_id=entry.resident_id) == []


class TestNoAnswer:
    def test_pauses_after_three_and_keeps_the_turn(self, served):
        cast.everybody_may_book()
        entry, at = joined(), NOW
        for _ in range(3):
            cast.slot(day=date(2026, 7, 20), web=1, phone=0)
            waiting_list.sweep(at=at)
            at += timedelta(hours=25)
            waiting_list.sweep(at=at)

        assert state(entry) == "paused"
        waiting_list.resume(resident_id=entry.resident_id, dose_number=1, by=None, at=at)
        assert state(entry) == "waiting"


class TestSweep:
    def test_offers_what_the_listener_missed(self, served):
        cast.everybody_may_book()
        joined()
        cast.slot(web=1, phone=0)

        assert waiting_list.sweep(at=NOW) == 1
        assert waiting_list.sweep(at=NOW) == 0
        assert open_offers().count() == 1

    def test_ends_wishes_whose_days_are_over(self, served):
        cast.everybody_may_book()
        entry = joined(last_day=date(2026, 6, 2))
        waiting_list.sweep(at=NOW + timedelta(days=3))

        assert state(entry) == "over"


class TestWindows:
    """A day, two hours, ten minutes: and nothing that could not be used."""

    @staticmethod
    def until(starts, told, *, notice=0, by_call=False):
        starts_at = datetime(2026, 6, *starts, tzinfo=JST)
        told_at = datetime(2026, 6, *told, tzinfo=JST)
        found = windows.until(
            starts_at=starts_at, bookable_until=starts_at, notice=timedelta(hours=notice),
            told_at=told_at, by_call=by_call,
        )  # fmt: skip
        return found and found - told_at

    def test_by_lead_time(self):
        assert self.until((15, 10), (1, 10)) == timedelta(hours=24)
        assert self.until((3, 10), (1, 10)) == timedelta(hours=2)
        assert self.until((1, 15), (1, 10)) == timedelta(minutes=10)
        assert self.until((1, 15), (1, 10), by_call=True) == timedelta(minutes=30)

    def test_the_cut_off(self):
        assert self.until((1, 10, 39), (1, 10)) is None
        assert self.until((1, 10, 40), (1, 10)) == timedelta(minutes=10)

    def test_the_notice_somebody_needs(self):
        assert self.until((2, 9), (1, 10), notice=24) is None
        assert self.until((2, 10), (1, 10), notice=24) == timedelta(hours=2)


def test_at_night_the_window_begins_in_the_morning(full):
    joined()
    night = datetime(2026, 6, 1, 22, tzinfo=JST)
    cancelled(full[2], at=night)

    assert open_offers().get().until == datetime(2026, 6, 3, 9, tzinfo=JST)
    assert told().get().not_before == datetime(2026, 6, 2, 9, tzinfo=JST)


class TestJoining:
    def test_one_live_entry_for_each_dose(self, served):
        entry = joined()

        assert joined(entry.resident, at=NOW + timedelta(days=1)).pk == entry.pk

    def test_who_has_the_dose_is_refused(self, full):
        with pytest.raises(reservations.AlreadyReserved):
            joined(full[2].resident)

    @pytest.mark.parametrize(
        "changes",
        [
            {"last_day": date(2026, 5, 31)},
            {"first_day": date(2026, 7, 1), "last_day": date(2026, 6, 30)},
            {"last_day": date(2030, 1, 1)},
            {"venue_ids": (987654321,)},
            {"notice_hours": 1000},
            {"notice_hours": -1},
            {"dose_number": 0},
            {"reach": "pigeon"},
            {"reach": "call", "contact": Contact(email="a@example.jp")},
        ],
    )
    def test_nonsense_is_refused(self, served, changes):
        with pytest.raises(waiting_list.WishUnclear):
            joined(**changes)

    def test_leaving_twice(self, served):
        entry = joined()
        waiting_list.leave(resident_id=entry.resident_id, dose_number=1, by=None, at=NOW)

        with pytest.raises(waiting_list.NotOnTheList):
            waiting_list.leave(resident_id=entry.resident_id, dose_number=1, by=None, at=NOW)


def test_rooms_of_the_telephone_are_offered_too(served):
    cast.everybody_may_book()
    joined()
    cast.slot(at=time(11), web=0, phone=1)

    assert waiting_list.sweep(at=NOW) == 1
