"""Workers and first-come bookings at once on the same places: each once, never too many; and the danger is real."""

import uuid

import pytest

from booking import assignment, invariants, reservations
from booking.assignment import _booking
from booking.models import AssignedPlace, AssignmentPlan, Reservation
from notifications.models import Message
from tenancy.current import serving
from tests import cast
from tests.cast import NOW
from tests.concurrency.test_claim import all_at_once
from tests.unit.booking.assignment.conftest import approved, proposed
from venues import ledger
from venues.models import Bucket

pytestmark = pytest.mark.concurrency
PLACES, PEOPLE, STRANGERS = 6, 6, 8


@pytest.fixture
def plan(live_municipalities):
    """Places that residents book too, first come, first served; a plan approved over all of them."""
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        cast.slot(web=PLACES)
        for _ in range(PEOPLE):
            cast.resident()
        row = proposed(cast.staff("ward_officer"), channel="web")
        yield approved(row, cast.staff("ward_officer"))


def booking_some(row):
    return lambda: assignment.proceed(plan=row, at=NOW)


def coming_first(person, bucket):
    wishes = [reservations.Wish(1, bucket.pk)]

    def job():
        asking = reservations.Asking(channel="web", request_key=uuid.uuid4())
        reservations.claim(resident=person, wishes=wishes, asking=asking, by=None, at=NOW)

    return job


def end(row):
    while assignment.proceed(plan=row, at=NOW):
        pass


def test_strangers_and_four_workers_take_each_place_once(plan):
    bucket = Bucket.objects.get(channel="web")
    strangers = [cast.resident() for _ in range(STRANGERS)]
    came = all_at_once([coming_first(one, bucket) for one in strangers] + [booking_some(plan)] * 4)
    end(plan)

    live = Reservation.objects.filter(is_live=True)
    assert live.count() == PLACES == Bucket.objects.get(pk=bucket.pk).taken
    lines = AssignedPlace.objects.filter(plan=plan)
    booked = lines.filter(state="booked")
    assert booked.count() + lines.filter(state="refused", why="taken_meanwhile").count() == PEOPLE
    assert booked.count() + came["granted"] - 4 == PLACES
    assert set(booked.values_list("id", flat=True)) <= set(
        live.values_list("request_key", flat=True)
    )
    assert Message.objects.filter(kind="assigned").count() == booked.count()
    assert assignment.find(plan.pk).state == "booked"
    assert invariants.broken() == []
    assert ledger.differences() == []


def test_delivered_twice_and_killed_between_it_is_once(plan):
    all_at_once([booking_some(plan)] * 4)
    end(plan)
    # A worker that died before its commit left nothing; one that died after it is asked again.
    AssignedPlace.objects.update(state="placed")
    AssignmentPlan.objects.update(state="booking")
    all_at_once([booking_some(plan)] * 4)
    end(plan)

    assert Reservation.objects.count() == PLACES
    assert Message.objects.filter(kind="assigned").count() == PLACES
    assert AssignedPlace.objects.filter(state="booked").count() == PLACES
    assert invariants.broken() == []


def test_one_who_dies_in_the_middle_leaves_nothing_and_the_next_goes_on(plan, monkeypatch):
    kept, done = _booking._book, []

    def dies(row, *args, **kwargs):
        kept(row, *args, **kwargs)
        done.append(row.pk)
        if len(done) == 3:
            raise SystemExit

    monkeypatch.setattr(_booking, "_book", dies)
    with pytest.raises(SystemExit):
        assignment.proceed(plan=plan, at=NOW)
    monkeypatch.undo()
    assert Reservation.objects.count() == 2
    end(plan)

    assert Reservation.objects.count() == PLACES
    assert Message.objects.filter(kind="assigned").count() == PLACES
    assert invariants.broken() == []


def test_counting_before_taking_would_oversell(plan, monkeypatch):
    """If this ever fails, the tests above prove nothing: what keeps it exact is the claim."""
    bucket = Bucket.objects.get(channel="web")
    strangers = [cast.resident() for _ in range(PLACES)]
    taken = []

    def counts_only(row, *_args, **_kwargs):
        taken.extend(row.bucket_ids)
        row.state = "booked"

    monkeypatch.setattr(_booking, "_book", counts_only)
    all_at_once([coming_first(one, bucket) for one in strangers])
    end(plan)  # as it was counted when it was proposed

    assert len(taken) + Bucket.objects.get(pk=bucket.pk).taken > PLACES
