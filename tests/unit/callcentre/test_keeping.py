"""Operators hold while they talk: one hold a person, released when the call ends, inert when over."""

import uuid
from datetime import date, time, timedelta

import pytest

from booking import holds, reservations
from booking.reservations import Asking, Wish
from callcentre import call_backs, calls, claims, keeping, leases
from callcentre.refusals import HeldByOther, NotIdentified, NotLive
from tests import cast
from tests.cast import NOW
from venues import ledger
from venues.models import Bucket, Hold

LATER = date(2026, 7, 6)


@pytest.fixture
def place(served):
    cast.everybody_may_book()
    return cast.slot(web=1, phone=1)


@pytest.fixture
def party(call, taro, bring, operator, place):
    calls.read_notice(call=call, by=operator)
    return bring(call, taro)


@pytest.fixture
def hold(operator):
    def do(party, *slots, at=NOW, by=None, **named):
        wishes = named.get("wishes") or {n: one.pk for n, one in enumerate(slots, start=1)}
        return keeping.hold_for(party=party, wishes=wishes, by=by or operator, at=at)

    return do


def counted(bucket):
    row = Bucket.objects.get(pk=bucket.pk)
    assert row.held == Hold.objects.filter(bucket=row).count()
    for one in ledger.differences():  # these tests change capacities past the ledger
        told, counted_ = one.entered, one.counted
        assert (told.taken, told.held) == (counted_.taken, counted_.held)
    return row.taken, row.held


def claim_online(bucket, resident=None, at=NOW):
    return reservations.claim(
        resident=resident or cast.resident(), wishes=[Wish(1, bucket.pk)],
        asking=Asking(channel="web", request_key=uuid.uuid4()), by=None, at=at,
    )  # fmt: skip


class TestHolding:
    def test_is_of_the_telephones_share_for_seven_minutes(self, party, place, hold, operator):
        slot, web, phone = place

        kept = hold(party, slot)

        assert (kept.until, kept.may_extend) == (NOW + holds.LASTS, True)
        assert (counted(phone), counted(web)) == ((0, 1), (0, 0))
        assert Hold.objects.get().done_by == operator

    def test_of_the_webs_share_keeps_the_web_out(self, party, place, hold):
        slot, web, phone = place
        Bucket.objects.filter(pk=phone.pk).update(capacity=0)
        hold(party, slot)

        with pytest.raises(reservations.SlotFull):
            claim_online(web)

    def test_becomes_the_reservation(self, party, place, hold, operator):
        slot, web, phone = place
        hold(party, slot)

        claims.claim_for(
            party=party, wishes={1: slot.pk}, request_key=uuid.uuid4(), by=operator, at=NOW
        )

        assert (counted(phone), counted(web)) == ((1, 0), (0, 0))

    def test_of_a_pair_is_both_or_neither(self, party, place, hold):
        slot, _web, phone = place
        full, *_ = cast.slot(day=LATER, web=0, phone=0)
        second, _, other = cast.slot(day=LATER)

        with pytest.raises(reservations.SlotFull):
            hold(party, slot, full)
        assert counted(phone) == (0, 0)
        hold(party, slot, second)

        assert (counted(phone), counted(other)) == ((0, 1), (0, 1))

    def test_of_another_slot_lets_the_former_go(self, party, place, hold):
        other = cast.slot(at=time(11))
        hold(party, place[0])
        hold(party, other[0])

        assert (counted(place[2]), counted(other[2])) == ((0, 0), (0, 1))

    def test_takes_over_what_the_person_holds_on_the_web(self, party, place, hold, taro):
        holds.hold(resident_id=taro.pk, places={1: place[1].pk}, by=None, at=NOW)
        other = cast.slot(at=time(11))

        hold(party, other[0])

        assert (counted(place[1]), counted(other[2])) == ((0, 0), (0, 1))

    def test_is_extended_once(self, party, place, hold, operator):
        hold(party, place[0])
        at = NOW + timedelta(minutes=6)

        kept = keeping.extend_for(party=party, by=operator, at=at)

        assert kept.until == at + holds.LASTS
        assert not kept.may_extend
        again = keeping.extend_for(party=party, by=operator, at=at + timedelta(minutes=3))
        assert again.until == kept.until

    def test_that_ran_out_keeps_nobody_out_and_still_books_while_free(
        self, party, place, hold, operator
    ):
        slot, web, phone = place
        Bucket.objects.filter(pk=web.pk).update(capacity=0)
        hold(party, slot)
        over = NOW + holds.LASTS
        assert keeping.standing(resident_id=party.resident_id, at=over) is None

        (made,) = claims.claim_for(
            party=party, wishes={1: slot.pk}, request_key=uuid.uuid4(), by=operator, at=over
        )

        assert (made.bucket_id, counted(phone)) == (phone.pk, (1, 0))

    def test_that_ran_out_is_taken_over(self, party, place, hold):
        slot, web, phone = place
        Bucket.objects.filter(pk=phone.pk).update(capacity=0)
        hold(party, slot)

        claim_online(web, at=NOW + holds.LASTS)

        assert counted(web) == (1, 0)


class TestTheEnd:
    def test_of_the_call_releases(self, party, place, hold, call, operator):
        hold(party, place[0])
        calls.wrap_up(call=call, by=operator, at=NOW)

        assert counted(place[2]) == (0, 0)

    def test_of_the_call_releases_for_everybody_in_it(self, party, place, hold, call, bring, operator):  # fmt: skip
        hanako, other = bring(call, cast.resident(name="見本　花子")), cast.slot(at=time(11))
        hold(party, place[0])
        leases.take(resident_id=hanako.resident_id, call=call, by=operator, at=NOW)
        hold(hanako, other[0])

        calls.wrap_up(call=call, by=operator, at=NOW)

        assert (counted(place[2]), counted(other[2])) == ((0, 0), (0, 0))

    def test_of_the_call_leaves_what_the_person_holds_alone(self, party, place, call, taro, operator):  # fmt: skip
        leases.take(resident_id=taro.pk, call=call, by=operator, at=NOW)
        holds.hold(resident_id=taro.pk, places={1: place[1].pk}, by=None, at=NOW)

        calls.wrap_up(call=call, by=operator, at=NOW)

        assert counted(place[1]) == (0, 1)

    def test_by_ringing_back_releases(self, party, place, hold, operator):
        hold(party, place[0])
        call_backs.ring_back(party=party, by=operator, at=NOW)

        assert counted(place[2]) == (0, 0)

    def test_comes_when_the_caller_wants_it_no_longer(self, party, place, hold, operator):
        hold(party, place[0])
        keeping.let_go_for(party=party, by=operator, at=NOW)
        keeping.let_go_for(party=party, by=operator, at=NOW)

        assert counted(place[2]) == (0, 0)

    def test_of_a_call_taken_over_leaves_the_hold_to_the_supervisor(
        self, party, place, hold, call, operator, supervisor, taro
    ):
        hold(party, place[0])
        theirs = calls.start(by=supervisor, at=NOW)
        leases.take_over(
            resident_id=taro.pk, call=theirs, reason="stuck", by=supervisor, at=NOW
        )  # fmt: skip

        calls.wrap_up(call=call, by=operator, at=NOW)

        assert counted(place[2]) == (0, 1)

    def test_of_a_booking_leaves_no_dose_held_beside_it(self, party, place, hold, operator):
        slot, _, phone = place
        second, _, other = cast.slot(day=LATER)
        hold(party, slot, second)

        claims.claim_for(
            party=party, wishes={1: slot.pk}, request_key=uuid.uuid4(), by=operator, at=NOW
        )

        assert (counted(phone), counted(other)) == ((1, 0), (0, 0))


class TestMoving:
    @pytest.fixture
    def booked(self, party, place, operator):
        (made,) = claims.claim_for(
            party=party, wishes={1: place[0].pk}, request_key=uuid.uuid4(), by=operator, at=NOW
        )
        return made

    @pytest.fixture
    def new(self, booked):
        return cast.slot(at=time(11), web=0, phone=1)

    def move(self, party, booked, slot, operator):
        return claims.move_for(
            party=party, reservation_id=booked.pk, version=booked.version, slot_id=slot.pk,
            by=operator, at=NOW,
        )  # fmt: skip

    def test_holds_the_new_place_without_losing_the_old(self, party, place, booked, new, hold):
        hold(party, new[0])

        assert (counted(place[2]), counted(new[2])) == ((1, 0), (0, 1))

    def test_takes_the_last_place_that_is_held_for_it(self, party, place, booked, new, hold, operator):  # fmt: skip
        hold(party, new[0])

        self.move(party, booked, new[0], operator)

        assert (counted(place[2]), counted(new[2])) == ((0, 0), (1, 0))

    def test_that_is_refused_leaves_place_and_hold(self, party, place, booked, new, hold, operator):
        hold(party, new[0])
        Bucket.objects.filter(pk=new[2].pk).update(is_open=False)

        with pytest.raises(reservations.SlotFull):
            self.move(party, booked, new[0], operator)

        assert (counted(place[2]), counted(new[2])) == ((1, 0), (0, 1))

    def test_of_somebody_else_finds_it_full(self, booked, new, party, hold):
        hold(party, new[0])
        stranger = cast.reservation(cast.resident(), bucket=cast.slot(at=time(9))[1])

        with pytest.raises(reservations.SlotFull):
            reservations.move(
                reservation=stranger, bucket_id=new[2].pk, channel="phone", by=None, at=NOW
            )


class TestRefusals:
    def test_without_the_identity_check(self, call, bring, taro, operator, place, hold):
        calls.read_notice(call=call, by=operator)

        with pytest.raises(NotIdentified):
            hold(bring(call, taro, passed=False), place[0])

    def test_after_the_call(self, party, place, hold, call, operator):
        calls.wrap_up(call=call, by=operator, at=NOW)

        with pytest.raises(NotLive):
            hold(party, place[0])

    def test_while_somebody_else_deals_with_the_person(self, party, place, hold, taro, other_operator):  # fmt: skip
        other = calls.start(by=other_operator, at=NOW)
        leases.take(resident_id=taro.pk, call=other, by=other_operator, at=NOW)

        with pytest.raises(HeldByOther):
            hold(party, place[0])
        assert counted(place[2]) == (0, 0)

    def test_one_place_for_two_doses(self, party, place, hold):
        with pytest.raises(reservations.PairNotFree):
            hold(party, place[0], place[0])

    @pytest.mark.parametrize("slot_id", [0, 10**12])
    def test_a_slot_that_is_not_there(self, party, hold, slot_id):
        with pytest.raises(reservations.SlotFull):
            hold(party, wishes={1: slot_id})
