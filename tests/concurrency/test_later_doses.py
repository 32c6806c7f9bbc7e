"""Giving up a first dose while moving the second, many at once; and the danger is real."""

import pytest

from booking import counts, reservations
from booking.change_limits import Later
from booking.models import Reservation
from booking.reservations import _change
from tests import cast
from tests.concurrency.test_claim import (
    all_at_once,
    bucket,
    claiming,
    people,
    taken,
    town,
    unordered_lock,
)

pytestmark = pytest.mark.concurrency
__all__ = ["town"]
COUNT = 12


def jobs_of(count, here, there):
    """Half have their second dose here and want it there, half the other way round."""
    jobs = []
    firsts = [bucket(days=2, hour=hour, web=count)[0] for hour in (9, 10)]
    for number, who in enumerate(people(count)):
        now, then = (here, there) if number % 2 else (there, here)
        claiming(who, firsts[number % 2], now)()
        first = reservations.live_of(who.pk)[0]

        def job(first=first, then=then):
            reservations.cancel_with_later(
                reservation=first, later=Later.MOVE, move_to=then.pk, channel="web", by=None,
                at=cast.now(),
            )  # fmt: skip

        jobs.append(job)
    return jobs


def test_all_give_up_one_and_move_the_other(town):
    here, there = (bucket(days=60, hour=hour, web=COUNT)[0] for hour in (11, 12))
    jobs = jobs_of(COUNT, here, there)

    assert all_at_once(jobs) == {"granted": COUNT}

    live = Reservation.objects.filter(is_live=True)
    assert {one.dose_number for one in live} == {2}
    assert (taken(here), taken(there)) == (COUNT // 2, COUNT // 2)
    assert counts.compare(at=cast.now()).buckets == []


def test_the_race_is_real_in_any_order(town, monkeypatch):
    """If this ever fails, the test above proves nothing."""
    monkeypatch.setattr(_change.slots, "lock", unordered_lock)
    here, there = (bucket(days=60, hour=hour, web=COUNT)[0] for hour in (11, 12))
    jobs = jobs_of(10, here, there)

    assert all_at_once(jobs)["OperationalError"] > 0  # deadlock detected


def test_cancelling_both_and_moving_one_end_in_one_of_two_ways(town):
    first, second, other = bucket()[0], bucket(days=60)[0], bucket(days=60, hour=15)[0]
    for _ in range(4):
        who = cast.resident()
        claiming(who, first, second)()
        held = reservations.live_of(who.pk)

        def both(held=held):
            reservations.cancel_with_later(
                reservation=held[0], later=Later.CANCEL, channel="web", by=None, at=cast.now()
            )

        def move(held=held):
            reservations.move(
                reservation=held[1], bucket_id=other.pk, channel="web", by=None, at=cast.now()
            )

        outcome = all_at_once([both, move])

        assert outcome in ({"granted": 2}, {"granted": 1, "ChangedMeanwhile": 1})
        assert Reservation.objects.filter(resident=who, is_live=True).count() in {0, 2}
    assert counts.compare(at=cast.now()).buckets == []
