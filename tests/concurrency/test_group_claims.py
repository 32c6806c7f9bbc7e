"""Families against families and single people for the same places; and the danger is real."""

import uuid

import pytest

from booking import counts, group_claims, reservations, rulebook
from booking.models import BookingRules, Reservation
from booking.reservations import Asking
from tenancy.standings import standing
from tests import cast
from tests.concurrency.test_claim import all_at_once, bucket, claiming, people, taken, town
from venues.models import Slot

pytestmark = pytest.mark.concurrency
__all__ = ["town"]
FAMILIES, SIZE, PLACES = 8, 3, 10


@pytest.fixture
def slot(town):
    row = standing()
    row.proxy_allowed = True
    row.save()
    rulebook.booking_rules()
    BookingRules.objects.update(group_on_web=True, group_most=9)
    rulebook.forget_kept()
    web, _ = bucket(web=PLACES // 2)
    after = cast.slot(
        day=web.slot.opening.day, at=cast.time(11), web=PLACES - PLACES // 2, phone=0,
        venue_=web.slot.opening.venue,
    )[1]  # fmt: skip
    return web, after


def booking(family, web):
    def job():
        group_claims.claim_together(
            residents=family, starts={1: web.slot_id}, channels=["web"],
            asking=Asking(channel="web", request_key=uuid.uuid4(), speaker="family"),
            consent=group_claims.consent_mark(), by=None, at=cast.now(),
        )  # fmt: skip

    return job


def families():
    return [people(SIZE) for _ in range(FAMILIES)]


def torn(found):
    """Families of whom some are booked and some are not."""
    live = set(Reservation.objects.filter(is_live=True).values_list("resident_id", flat=True))
    return [one for one in found if 0 < sum(who.pk in live for who in one) < SIZE]


def test_each_family_is_booked_whole_or_not_at_all(slot):
    web, after = slot
    found = families()

    outcome = all_at_once([booking(one, web) for one in found])

    assert outcome == {"granted": PLACES // SIZE, "GroupNotFree": FAMILIES - PLACES // SIZE}
    assert torn(found) == []
    assert taken(web) + taken(after) == PLACES // SIZE * SIZE
    assert counts.compare(at=cast.now()).buckets == []


def test_the_race_is_real_where_each_is_booked_alone(slot):
    """If this ever fails, the test above proves nothing."""
    web, after = slot
    found = families()

    def one_by_one(family):
        def job():
            for who in family:
                place = web if taken(web) < PLACES // 2 else after
                claiming(who, place)()

        return job

    all_at_once([one_by_one(one) for one in found])

    assert torn(found) != []


def test_among_single_people_nothing_is_oversold_and_nobody_deadlocks(slot):
    web, after = slot
    found = families()
    alone = [claiming(one, place) for one, place in zip(people(8), [web, after] * 4, strict=True)]

    outcome = all_at_once([*(booking(one, web) for one in found), *alone])

    assert "OperationalError" not in outcome
    assert torn(found) == []
    assert taken(web) + taken(after) == Reservation.objects.count() <= PLACES
    assert counts.compare(at=cast.now()).buckets == []


def test_families_that_share_a_person_book_them_once(slot):
    web, _ = slot
    shared = cast.resident()
    found = [[*people(2), shared], [shared, *people(2)], [*people(1), shared, *people(1)]]

    outcome = all_at_once([booking(one, web) for one in found])

    assert outcome == {"granted": 1, "GroupRefused": 2}
    assert len(reservations.live_of(shared.pk)) == 1
    assert Slot.objects.count() == 2
