"""What an operator does for a caller: claim, move, cancel, each inside a call with its lease."""

import uuid
from datetime import date, timedelta

import pytest
from django.db.models import F

from booking import holds, reservations
from booking.models import Reservation, ReservationEvent
from callcentre import calls, claims, leases
from callcentre.refusals import HeldByOther, NoticeNotRead, NotIdentified, NotLive
from privacy.models import AccessEntry
from tests import cast
from tests.cast import NOW


@pytest.fixture
def place(served):
    cast.everybody_may_book()
    return cast.slot()


@pytest.fixture
def party(call, taro, bring, operator, place):
    calls.read_notice(call=call, by=operator)
    return bring(call, taro)


@pytest.fixture
def book(operator):
    def claim(party, wishes, key=None):
        return claims.claim_for(
            party=party, wishes=wishes, request_key=key or uuid.uuid4(), by=operator, at=NOW
        )

    return claim


class TestClaimFor:
    def test_takes_from_the_telephones_share_first(self, party, place, book, call, operator):
        slot, web, phone = place

        (made,) = book(party, {1: slot.pk})

        phone.refresh_from_db()
        web.refresh_from_db()
        assert (phone.taken, web.taken) == (1, 0)
        kept = Reservation.objects.get()
        assert (kept.pk, kept.channel, kept.notice_version) == (made.pk, "phone", 1)
        event = ReservationEvent.objects.get()
        assert (event.call_id, event.done_by) == (call.pk, operator)
        assert AccessEntry.objects.get(what="claim").call_id == call.pk

    def test_takes_from_the_webs_when_the_share_is_gone(self, party, place, book):
        slot, web, phone = place
        type(phone).objects.filter(pk=phone.pk).update(taken=phone.capacity)

        book(party, {1: slot.pk})

        web.refresh_from_db()
        assert web.taken == 1

    def test_sent_again_gets_the_last_place_it_took_itself(self, party, place, book):
        """The answer was lost; the form is sent again, and the slot is full by this very form."""
        slot, web, phone = place
        for bucket, taken in ((web, web.capacity), (phone, phone.capacity - 1)):
            type(bucket).objects.filter(pk=bucket.pk).update(taken=taken)
        key = uuid.uuid4()
        (first,) = book(party, {1: slot.pk}, key)

        assert book(party, {1: slot.pk}, key) == [first]
        with pytest.raises(reservations.SlotFull):
            book(party, {1: slot.pk})

    def test_refuses_when_both_are_gone(self, party, place, book):
        slot, web, phone = place
        for bucket in (web, phone):
            type(bucket).objects.filter(pk=bucket.pk).update(taken=bucket.capacity)

        with pytest.raises(reservations.SlotFull):
            book(party, {1: slot.pk})

    def test_takes_what_the_caller_holds_on_the_web(self, party, place, book, taro):
        """Who clicked to the confirm page and rings up instead is not kept out by oneself."""
        slot, web, phone = place
        type(phone).objects.filter(pk=phone.pk).update(taken=phone.capacity)
        type(web).objects.filter(pk=web.pk).update(taken=web.capacity - 1)
        holds.hold(resident_id=taro.pk, places={1: web.pk}, by=None, at=NOW)

        book(party, {1: slot.pk})

        web.refresh_from_db()
        assert (web.taken, web.held) == (web.capacity, 0)

    def test_books_both_doses_at_once(self, party, place, book):
        second, *_ = cast.slot(day=date(2026, 7, 6))

        made = book(party, {1: place[0].pk, 2: second.pk})

        assert [one.dose_number for one in made] == [1, 2]

    def test_pressing_twice_gives_the_same(self, party, place, book):
        key = uuid.uuid4()

        assert book(party, {1: place[0].pk}, key) == book(party, {1: place[0].pk}, key)
        assert Reservation.objects.count() == 1

    def test_books_for_several_in_one_call(self, party, place, book, call, bring):
        hanako = bring(call, cast.resident(name="見本　花子"))

        book(party, {1: place[0].pk})
        book(hanako, {1: place[0].pk})

        assert ReservationEvent.objects.filter(call_id=call.pk).count() == 2

    def test_refuses_where_no_slot_was_chosen(self, party, book):
        with pytest.raises(reservations.SlotFull):
            book(party, {})

    def test_needs_the_identity_check(self, call, taro, bring, operator, place, book):
        calls.read_notice(call=call, by=operator)

        with pytest.raises(NotIdentified):
            book(bring(call, taro, passed=False), {1: place[0].pk})

    def test_needs_the_notice_read(self, call, taro, bring, place, book):
        with pytest.raises(NoticeNotRead):
            book(bring(call, taro), {1: place[0].pk})

    def test_needs_a_live_call(self, party, place, book, call, operator):
        calls.wrap_up(call=call, by=operator, at=NOW)

        with pytest.raises(NotLive):
            book(party, {1: place[0].pk})

    def test_needs_the_lease(self, party, place, book, taro, other_operator):
        other = calls.start(by=other_operator, at=NOW)
        leases.take(resident_id=taro.pk, call=other, by=other_operator, at=NOW)

        with pytest.raises(HeldByOther):
            book(party, {1: place[0].pk})
        assert Reservation.objects.count() == 0


class TestMoveFor:
    @pytest.fixture
    def move(self, operator):
        def do(party, reservation, slot, version=None):
            return claims.move_for(
                party=party,
                reservation_id=reservation.pk,
                version=version or reservation.version,
                slot_id=slot.pk,
                by=operator,
                at=NOW,
            )

        return do

    @pytest.mark.parametrize("full", [False, True])
    def test_to_the_same_slot_is_no_move(self, party, place, book, move, full):
        (made,) = book(party, {1: place[0].pk})
        if full:
            type(place[1]).objects.update(taken=F("capacity"))

        with pytest.raises(reservations.SamePlace):
            move(party, made, place[0])
        assert ReservationEvent.objects.count() == 1

    def test_gives_the_old_place_back(self, party, place, book, move):
        (made,) = book(party, {1: place[0].pk})
        later, _, phone = cast.slot(day=date(2026, 6, 22))

        moved = move(party, made, later)

        place[2].refresh_from_db()
        phone.refresh_from_db()
        assert (place[2].taken, phone.taken) == (0, 1)
        assert moved.slot_id == later.pk

    def test_refuses_what_changed_since_it_was_read_out(self, party, place, book, move):
        (made,) = book(party, {1: place[0].pk})
        later, *_ = cast.slot(day=date(2026, 6, 22))
        move(party, made, later)

        with pytest.raises(reservations.ChangedMeanwhile):
            move(party, made, place[0], version=1)

    def test_refuses_somebody_elses_reservation(self, party, place, move, served):
        other = cast.reservation(cast.resident(name="見本　花子"), bucket=place[1])

        with pytest.raises(reservations.ChangedMeanwhile):
            move(party, other, place[0])


class TestCancelFor:
    def test_keeps_the_reason_and_the_call(self, party, place, book, operator, call):
        (made,) = book(party, {1: place[0].pk})

        claims.cancel_for(
            party=party, reservation_id=made.pk, version=1, reason="health", by=operator, at=NOW
        )

        event = ReservationEvent.objects.get(what="cancelled")
        assert (event.reason, event.call_id) == ("health", call.pk)
        assert not Reservation.objects.get().is_live

    def test_helps_after_the_residents_own_cut_off(self, party, place, book, operator):
        (made,) = book(party, {1: place[0].pk})

        claims.cancel_for(
            party=party, reservation_id=made.pk, version=1, reason="health", by=operator,
            at=place[0].starts_at - timedelta(minutes=5),
        )  # fmt: skip

        assert not Reservation.objects.get().is_live
