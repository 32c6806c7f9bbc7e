"""Machines with many vouchers take no more than one place each and block none (T34).

Every bot presses at once for several places, moves on what it got, cancels and comes again; the
places are counted before and after.
"""

import functools
import uuid

import pytest
from django.db.models import Sum

from booking import reservations
from booking.models import Reservation
from tests import cast
from tests.concurrency import test_claim
from tests.concurrency.test_claim import all_at_once, bucket, claiming, counters_are_true, people
from venues.models import Bucket

pytestmark = pytest.mark.concurrency
town = test_claim.town

BOTS, TRIES = 12, 4


def several(one, places):
    """A bot's presses, for another place each time; what is refused is tried elsewhere."""
    for place in places:
        try:
            claiming(one, place)()
        except reservations.Refused:
            continue


def back_and_again(one, place):
    """Give the place back and take another, as who waits for a moment to sell it on would."""
    for held in Reservation.objects.filter(resident=one, is_live=True):
        reservations.cancel(reservation=held, channel="web", by=None, at=cast.now())
    claiming(one, place)()


class TestBots:
    def test_hold_no_more_than_they_have_vouchers(self, town):
        places = [bucket(hour=9 + hour, web=8)[0] for hour in range(TRIES)]
        before = Bucket.objects.aggregate(all=Sum("capacity"))["all"]
        bots = people(BOTS)
        jobs = [
            functools.partial(several, one, places[turn:] + places[:turn])
            for one in bots
            for turn in range(TRIES)
        ]
        all_at_once(jobs)

        assert Reservation.objects.filter(is_live=True).count() == BOTS
        assert counters_are_true()
        all_at_once([functools.partial(back_and_again, one, places[0]) for one in bots])
        assert Reservation.objects.filter(is_live=True).count() <= BOTS
        assert counters_are_true()
        assert Bucket.objects.aggregate(all=Sum("capacity"))["all"] == before

    def test_leave_places_for_who_comes_after(self, town):
        places = [bucket(hour=9 + hour, web=BOTS)[0] for hour in range(2)]
        all_at_once([functools.partial(several, one, places) for one in people(BOTS)])

        (made,) = reservations.claim(
            resident=cast.resident(), wishes=[reservations.Wish(1, places[1].pk)],
            asking=reservations.Asking(channel="web", request_key=uuid.uuid4()),
            by=None, at=cast.now(),
        )  # fmt: skip
        assert made.reservation_number
