"""Officers, workers and strangers at once: drawn once, each place once; and the danger is real."""

from contextlib import suppress

import pytest

from booking import invariants, lottery, reservations
from booking.lottery import _running
from booking.models import LotteryApplication, Reservation
from tenancy.current import serving
from tests import cast
from tests.concurrency.test_claim import all_at_once
from tests.unit.booking.lottery.conftest import AFTER, announced, applied, reserved
from venues import ledger

pytestmark = pytest.mark.concurrency
PLACES, APPLICANTS = 3, 8


@pytest.fixture
def running(live_municipalities):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        reserved(PLACES)
        row = announced(cast.staff("ward_officer"), cast.staff("ward_officer"))
        for _ in range(APPLICANTS):
            applied(row)
        yield row


def drawing(row, by):
    def job():
        with suppress(lottery.LotteryRefused):
            lottery.begin(lottery=row, shown=row.version, by=by, at=AFTER)

    return job


def settling(row):
    return lambda: lottery.proceed(lottery=row, at=AFTER)


def test_two_officers_draw_once_and_four_workers_settle_each_once(running):
    officers = [cast.staff("ward_officer") for _ in range(2)]
    all_at_once([drawing(running, by) for by in officers])
    row = lottery.find(running.pk)
    assert lottery.verify(row).is_right

    all_at_once([settling(row)] * 4)
    lottery.proceed(lottery=row, at=AFTER)
    lottery.proceed(lottery=row, at=AFTER)

    assert lottery.find(row.pk).state == "done"
    assert Reservation.objects.filter(is_live=True).count() == PLACES
    assert LotteryApplication.objects.filter(settled_at=None).count() == 0
    assert LotteryApplication.objects.exclude(refused_because="").count() == 0
    assert invariants.broken() == []
    assert ledger.differences() == []


def test_booking_without_the_claim_would_double(running, monkeypatch):
    """If this ever fails, the test above proves nothing: what keeps it exact is the claim's key."""
    lottery.begin(lottery=running, shown=running.version, by=cast.staff("ward_officer"), at=AFTER)
    row, booked = lottery.find(running.pk), []
    monkeypatch.setattr(_running, "_book", lambda one, *_a, **_k: booked.append(one.pk))
    winners = list(LotteryApplication.objects.filter(state="won"))
    for one in winners * 2:
        with suppress(reservations.Refused):
            LotteryApplication.objects.filter(pk=one.pk).update(settled_at=None)
            _running._settle(one.pk, row, at=AFTER)

    assert len(booked) > PLACES
