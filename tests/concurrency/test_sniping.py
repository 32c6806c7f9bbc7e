"""Machines that wait for cancellations get nothing in the moment they wait for (T34)."""

import uuid
from datetime import timedelta

import pytest

from booking import reservations, resting
from booking.models import WaitingListOffer
from tests import cast
from tests.concurrency import test_claim, test_waiting_list
from tests.concurrency.test_claim import all_at_once, asking, bucket, counters_are_true, people
from venues import ledger
from venues.models import Bucket
from venues.slots import _resting

pytestmark = [pytest.mark.concurrency, pytest.mark.usefixtures("rested")]
town = test_claim.town
BOTS, TRIES = 12, 10


@pytest.fixture(autouse=True)
def _some_minutes(monkeypatch):
    """The dice shows a long rest: what is asked is whether a rest keeps machines out."""

    class Dice:
        def uniform(self, low, high):
            return low + (high - low) * 0.9

    monkeypatch.setattr(_resting, "_CHANCE", Dice())


def booked(place):
    return [claim(one, place) for one in people(BOTS)]


def claim(resident, place, *, at=None):
    (made,) = reservations.claim(
        resident=resident, wishes=[reservations.Wish(1, place.pk)],
        asking=asking(key=uuid.uuid4()), by=None, at=at or cast.now(),
    )  # fmt: skip
    return made


def snatching(resident, place):
    def job():
        for _ in range(TRIES - 1):
            try:
                claim(resident, place)
            except reservations.SlotFull:
                continue
            else:
                return
        claim(resident, place)

    return job


def giving_back(reservation):
    return lambda: reservations.cancel(
        reservation=reservation, channel="web", by=None, at=cast.now()
    )


def sold_on(place):
    """Twelve give back and twelve machines snatch, all in one moment: how many got one."""
    sellers, buyers = booked(place), people(BOTS)
    all_at_once([*map(giving_back, sellers), *(snatching(one, place) for one in buyers)])
    snatched = Bucket.objects.get(pk=place.pk).taken
    assert counters_are_true()
    assert ledger.differences() == []
    return snatched


class TestTwelveMachines:
    def test_snatch_nothing_that_was_just_given_back(self, town):
        place = bucket(web=BOTS)[0]

        assert sold_on(place) == 0
        later = cast.now() + timedelta(minutes=15)
        assert all(claim(one, place, at=later).is_live for one in people(BOTS))
        assert counters_are_true()
        assert ledger.differences() == []

    def test_would_snatch_it_all_without_the_rest(self, town, monkeypatch):
        """The twin: what is free at once is theirs."""
        monkeypatch.setattr(resting, "longest", timedelta)
        place = bucket(web=BOTS)[0]
        sellers, buyers = booked(place), people(BOTS)
        all_at_once([*map(giving_back, sellers)])
        all_at_once([snatching(one, place) for one in buyers])

        assert Bucket.objects.get(pk=place.pk).taken == BOTS

    def test_come_after_the_waiting_list(self, town):
        place = bucket(web=BOTS)[0]
        sellers = booked(place)
        for _ in range(3):
            test_waiting_list.waits()
        for one in sellers:
            giving_back(one)()

        offered = WaitingListOffer.objects.filter(bucket=place)
        assert offered.count() == 3
        row = Bucket.objects.get(pk=place.pk)
        assert (row.taken, row.held) == (0, BOTS)
        assert ledger.differences() == []
