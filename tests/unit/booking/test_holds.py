"""Holds: late, short, single; inert when they ran out; turned into the reservation by the claim."""

import uuid
from datetime import timedelta

import pytest

from booking import holds, reservations
from booking.reservations import Asking, Wish
from tests import cast
from tests.cast import NOW
from venues import ledger, slots
from venues.models import Bucket, Hold, PlaceEntry

pytestmark = pytest.mark.usefixtures("served")
SECOND = timedelta(seconds=1)
LASTS, LONGEST = holds.LASTS, holds.LONGEST


@pytest.fixture
def web(served):
    cast.everybody_may_book()
    return cast.slot(web=1, phone=1)[1]


def hold(resident, *buckets, by=None, at=NOW):
    places = {dose: one.pk for dose, one in enumerate(buckets, start=1)}
    return holds.hold(resident_id=resident.pk, places=places, by=by, at=at)


def claim(resident, *buckets, at=NOW, **asking):
    wishes = [Wish(dose, one.pk) for dose, one in enumerate(buckets, start=1)]
    asked = Asking(channel="web", request_key=uuid.uuid4(), **asking)
    return reservations.claim(resident=resident, wishes=wishes, asking=asked, by=None, at=at)


def counted(bucket):
    bucket.refresh_from_db()
    assert bucket.held == Hold.objects.filter(bucket=bucket).count()
    assert ledger.differences() == []
    return bucket.taken, bucket.held


class TestHold:
    def test_keeps_others_out_for_seven_minutes(self, web):
        taro, other = cast.resident(), cast.resident()
        kept = hold(taro, web)

        assert kept.until == NOW + LASTS
        with pytest.raises(reservations.SlotFull):
            claim(other, web, at=NOW + LASTS - SECOND)
        with pytest.raises(reservations.SlotFull):
            hold(other, web)
        assert counted(web) == (0, 1)

    def test_becomes_the_reservation(self, web):
        taro = cast.resident()
        hold(taro, web)

        claim(taro, web, at=NOW + SECOND)

        assert counted(web) == (1, 0)
        told = PlaceEntry.objects.filter(bucket=web).order_by("pk")
        assert list(told.values_list("what", "taken", "held")) == [
            ("opened", 0, 0), ("held", 0, 1), ("claimed", 1, -1),
        ]  # fmt: skip

    def test_that_ran_out_is_still_good_for_its_holder_until_somebody_comes(self, web):
        taro = cast.resident()
        hold(taro, web)

        claim(taro, web, at=NOW + LASTS + SECOND)

        assert counted(web) == (1, 0)

    def test_that_ran_out_is_taken_over_in_place(self, web):
        taro, other = cast.resident(), cast.resident()
        hold(taro, web)

        claim(other, web, at=NOW + LASTS)

        assert counted(web) == (1, 0)
        with pytest.raises(reservations.SlotFull):
            claim(taro, web, at=NOW + LASTS)

    def test_that_ran_out_is_taken_over_by_another_hold(self, web):
        hold(cast.resident(), web)
        hold(cast.resident(), web, at=NOW + LASTS)

        assert counted(web) == (0, 1)

    def test_that_ran_out_is_taken_over_by_a_move(self, web):
        hold(cast.resident(), web)
        (made,) = claim(cast.resident(), cast.slot(web=1)[1])

        reservations.move(
            reservation=made, bucket_id=web.pk, channel="web", by=None, at=NOW + LASTS
        )

        assert counted(web) == (1, 0)

    def test_is_not_spent_by_a_claim_that_is_refused(self, web):
        taro = cast.resident()
        hold(taro, web)
        Bucket.objects.filter(pk=web.pk).update(is_open=False)

        with pytest.raises(reservations.SlotFull):
            claim(taro, web)

        assert counted(web) == (0, 1)

    def test_other_places_let_the_former_go(self, web):
        taro, there = cast.resident(), cast.slot(web=1)[1]
        hold(taro, web)
        hold(taro, there)

        assert (counted(web), counted(there)) == ((0, 0), (0, 1))

    def test_refused_keeps_the_former(self, web):
        taro, full = cast.resident(), cast.slot(web=0)[1]
        hold(taro, web)

        with pytest.raises(reservations.SlotFull):
            hold(taro, full)

        assert counted(web) == (0, 1)

    def test_the_same_again_keeps_its_time(self, web):
        taro = cast.resident()
        hold(taro, web)

        assert hold(taro, web, at=NOW + timedelta(minutes=3)).until == NOW + LASTS
        assert PlaceEntry.objects.filter(what="held").count() == 1

    def test_tells_nothing_of_the_record(self, web):
        taro = cast.resident(status_flag="1")

        assert hold(taro, web).until == NOW + LASTS


class TestPairs:
    @pytest.fixture
    def pair(self, web):
        later = web.slot.opening.day + timedelta(21)
        opening = web.slot.opening
        return web, cast.slot(day=later, web=1, vaccine_=opening.vaccine, venue_=opening.venue)[1]

    def test_are_held_and_claimed_together(self, pair):
        taro = cast.resident()
        hold(taro, *pair)
        assert [counted(one) for one in pair] == [(0, 1), (0, 1)]

        claim(taro, *pair)

        assert [counted(one) for one in pair] == [(1, 0), (1, 0)]

    def test_neither_is_held_where_one_is_gone(self, pair):
        hold(cast.resident(), pair[1])

        with pytest.raises(reservations.PairNotFree):
            hold(cast.resident(), *pair)

        assert [counted(one) for one in pair] == [(0, 0), (0, 1)]

    def test_claimed_by_another_take_over_what_ran_out_in_both(self, pair):
        hold(cast.resident(), *pair)

        claim(cast.resident(), *pair, at=NOW + LASTS)

        assert [counted(one) for one in pair] == [(1, 0), (1, 0)]

    def test_refused_leave_both_holds(self, pair):
        hold(cast.resident(), pair[0])
        hold(cast.resident(), pair[1], at=NOW + LASTS)

        with pytest.raises(reservations.PairNotFree):
            claim(cast.resident(), *pair, at=NOW + LASTS)

        assert [counted(one) for one in pair] == [(0, 1), (0, 1)]


class TestTime:
    def test_is_extended_once_and_never_past_a_quarter_of_an_hour(self, web):
        taro = cast.resident()
        hold(taro, web)
        later = NOW + timedelta(minutes=6)

        assert holds.extend(resident_id=taro.pk, at=later).until == later + LASTS
        again = holds.extend(resident_id=taro.pk, at=later + LASTS - SECOND)
        assert (again.until, again.may_extend) == (later + LASTS, False)

    def test_what_ran_out_is_not_extended(self, web):
        taro = cast.resident()
        hold(taro, web)

        assert holds.extend(resident_id=taro.pk, at=NOW + LASTS) is None

    def test_nobody_holds_again_and_again(self, web):
        """Going back and coming again, or signing in anew, gives no more than the quarter."""
        taro = cast.resident()
        hold(taro, web)
        holds.release(resident_id=taro.pk, by=None, at=NOW + SECOND)
        assert hold(taro, web, at=NOW + timedelta(minutes=10)).until == NOW + LONGEST

        assert hold(taro, web, at=NOW + LONGEST) is None
        assert counted(web) == (0, 0)
        claim(taro, web, at=NOW + LONGEST)

    def test_an_operator_s_hold_begins_anew(self, web):
        taro = cast.resident()
        hold(taro, web)

        kept = hold(taro, web.slot.buckets.get(channel="phone"), by=cast.staff(), at=NOW + LONGEST)

        assert kept.until == NOW + LONGEST + LASTS


class TestSweep:
    def test_tidies_what_ran_out_and_tells_the_waiting_list(self, web, monkeypatch):
        from venues import freed

        heard = []
        monkeypatch.setattr(freed, "_listeners", [lambda ids, at: heard.append((ids, at))])
        hold(cast.resident(), web)

        assert holds.sweep(at=NOW + LASTS - SECOND) == 0
        assert holds.sweep(at=NOW + LASTS) == 1
        assert holds.sweep(at=NOW + LASTS) == 0

        assert counted(web) == (0, 0)
        assert heard == [([web.pk], NOW + LASTS)]

    def test_forgets_who_held_long_ago(self, web):
        hold(cast.resident(), web)
        holds.sweep(at=NOW + timedelta(hours=1))

        assert not Hold.objects.exists()

    def test_lowering_a_capacity_waits_for_no_sweep(self, web):
        hold(cast.resident(), web)

        slots.resize(
            wanted={web.pk: 0}, reason="試験", by=cast.staff("ward_officer"), at=NOW + LASTS
        )

        assert counted(web) == (0, 0)


def test_a_place_held_for_an_offer_is_claimed_with_it(web):
    offer = uuid.uuid4()
    slots.hold(
        holder_id=offer, wanted={1: web.pk}, until=NOW + timedelta(hours=2), since=NOW, by=None,
        at=NOW,
    )  # fmt: skip
    with pytest.raises(reservations.SlotFull):
        claim(cast.resident(), web)

    claim(cast.resident(), web, offer_id=offer)

    assert counted(web) == (1, 0)
