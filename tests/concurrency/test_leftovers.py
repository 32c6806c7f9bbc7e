"""Many say yes at once to few doses: as many come as there are doses; and the danger is real."""

import time
from contextlib import suppress
from datetime import timedelta

import pytest

from booking import invariants, waiting_list
from booking.models import LeftoverOffer, Reservation
from booking.waiting_list import leftovers
from tenancy.current import serving
from tests import cast
from tests.cast import NOW
from tests.concurrency.test_claim import all_at_once
from tests.unit.booking.waiting_list.conftest import joined
from venues import ledger
from venues.models import Opening

pytestmark = pytest.mark.concurrency
DOSES, ASKED = 2, 8
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def offers(live_municipalities, monkeypatch):
    monkeypatch.setattr(leftovers, "EACH", ASKED // DOSES)
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        cast.slot(day=NOW.date(), web=0, phone=0)
        for _ in range(ASKED):
            joined(cast.resident(), leftover_minutes=30)
        leftovers.call_out(
            opening=Opening.objects.get(), doses=DOSES, minutes=30, by=cast.staff("venue_staff"),
            at=NOW,
        )  # fmt: skip
        yield list(LeftoverOffer.objects.all())


def saying_yes(offer):
    def job():
        with suppress(waiting_list.WaitingRefused):
            leftovers.take(offer_id=offer.pk, at=SOON)

    return job


def test_as_many_come_as_there_are_doses(offers):
    assert len(offers) == ASKED

    all_at_once([*map(saying_yes, offers * 2), lambda: waiting_list.sweep(at=SOON)])

    assert Reservation.objects.filter(is_live=True).count() == DOSES
    assert LeftoverOffer.objects.filter(state="taken").count() == DOSES
    assert invariants.broken() == []
    assert ledger.differences() == []


def test_counting_before_writing_would_promise_too_many(offers):
    """If this ever fails, the test above proves nothing."""

    def counted(offer):
        taken = LeftoverOffer.objects.filter(state="taken").count()
        time.sleep(0.2)  # somebody else is served meanwhile
        if taken < DOSES:
            LeftoverOffer.objects.filter(pk=offer.pk).update(state="taken")

    all_at_once([lambda one=one: counted(one) for one in offers])

    assert LeftoverOffer.objects.filter(state="taken").count() > DOSES
