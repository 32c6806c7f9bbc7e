"""Holds against holds, claims, sweeps and resizing of the same moment; and the danger is real."""

import time
from datetime import timedelta

import pytest

from booking import counts, holds, reservations
from booking.models import Reservation
from booking.reservations import _sql
from tests import cast
from tests.concurrency.test_claim import all_at_once, bucket, claiming, people, taken, town
from venues import refusals, slots
from venues.models import Bucket, Hold

pytestmark = pytest.mark.concurrency
__all__ = ["town"]
CALLERS, PLACES = 24, 6
PAST = timedelta(minutes=8)


def holding(resident, *buckets, at=None):
    places = {dose: one.pk for dose, one in enumerate(buckets, start=1)}

    def job():
        holds.hold(resident_id=resident.pk, places=places, by=None, at=at or cast.now())

    return job


def held(one):
    return Bucket.objects.get(pk=one.pk).held


def all_is_counted():
    assert counts.compare(at=cast.now()).buckets == []


def test_never_holds_more_places_than_there_are(town):
    web, _ = bucket(web=PLACES)

    outcome = all_at_once([holding(one, web) for one in people(CALLERS)])

    assert outcome == {"granted": PLACES, "SlotFull": CALLERS - PLACES}
    assert held(web) == PLACES == Hold.objects.filter(bucket=web).count()
    all_is_counted()


def look_then_hold(*, holder_id, wanted, until, since, **_rest):
    """The guard taken away: look whether there is room, then keep."""
    (one,) = wanted.values()
    seen = Bucket.objects.get(pk=one)
    if seen.taken + seen.held >= seen.capacity:
        raise refusals.NotFree
    time.sleep(0.05)
    Hold.objects.create(holder_id=holder_id, bucket_id=one, until=until, since=since)
    Bucket.objects.filter(pk=one).update(held=seen.held + 1)


def test_the_race_is_real_without_the_lock(town, monkeypatch):
    """If this ever fails, the test above proves nothing."""
    monkeypatch.setattr(slots, "hold", look_then_hold)
    web, _ = bucket(web=PLACES)

    outcome = all_at_once([holding(one, web) for one in people(CALLERS)])

    assert outcome["granted"] > PLACES


def test_holders_claim_and_strangers_do_not(town):
    web, _ = bucket(web=PLACES)
    holders, strangers = people(PLACES), people(CALLERS)
    all_at_once([holding(one, web) for one in holders])

    outcome = all_at_once([claiming(one, web) for one in [*holders, *strangers]])

    assert outcome == {"granted": PLACES, "SlotFull": CALLERS}
    mine = Reservation.objects.filter(resident__in=[one.pk for one in holders])
    assert mine.count() == PLACES
    assert held(web) == 0
    all_is_counted()


def test_what_ran_out_is_taken_over_once_each(town):
    """Claims, holds and the sweeper all want the same places that ran out."""
    web, _ = bucket(web=PLACES)
    for one in people(PLACES):
        holding(one, web, at=cast.now() - PAST)()
    jobs = [claiming(one, web) for one in people(CALLERS)]
    jobs += [holding(one, web) for one in people(CALLERS // 2)]
    jobs += [lambda: holds.sweep(at=cast.now())] * 3

    outcome = all_at_once(jobs)

    assert "OperationalError" not in outcome  # no deadlock
    assert 0 < taken(web) + held(web) <= PLACES
    assert taken(web) == Reservation.objects.count()
    all_is_counted()


def test_the_race_is_real_where_a_hold_is_seen_and_not_ended(town, monkeypatch):
    """If this ever fails, ending the row inside the claim proves nothing."""
    web, _ = bucket(web=2)
    for one in people(2):
        holding(one, web, at=cast.now() - PAST)()
    monkeypatch.setattr(
        _sql, "YIELDED",
        "SELECT array_agg(DISTINCT h.bucket_id) AS ids FROM venues_hold h, standing "
        "WHERE h.bucket_id = ANY (%(buckets)s::bigint[]) AND h.until <= %(at)s "
        "AND %(holders)s::uuid[] IS NOT NULL",
    )  # fmt: skip
    _sql.single.cache_clear()
    try:
        all_at_once([claiming(one, web) for one in people(6)])
    finally:
        monkeypatch.undo()
        _sql.single.cache_clear()

    assert counts.compare(at=cast.now()).buckets == [web.pk]


def test_one_person_in_two_windows_holds_once(town):
    web, other = bucket(web=8)[0], bucket(web=8, hour=14)[0]
    taro = cast.resident()

    outcome = all_at_once([holding(taro, one) for one in [web, other] * 6])

    assert outcome == {"granted": 12}
    assert held(web) + held(other) == 1
    all_is_counted()


def test_pairs_against_each_other_neither_deadlock_nor_tear(town):
    one, two = bucket(web=PLACES)[0], bucket(web=PLACES, days=40)[0]
    who = people(CALLERS)
    jobs = [holding(each, *([one, two] if n % 2 else [two, one])) for n, each in enumerate(who)]

    outcome = all_at_once(jobs)

    assert outcome == {"granted": PLACES, "PairNotFree": CALLERS - PLACES}
    assert (held(one), held(two)) == (PLACES, PLACES)
    all_is_counted()


def test_resizing_against_holds_is_exact(town):
    web, _ = bucket(web=CALLERS)
    officer = cast.staff("ward_officer")

    def shrinking():
        for capacity in range(CALLERS, 2, -1):
            try:
                slots.resize(wanted={web.pk: capacity}, reason="試験", by=officer, at=cast.now())
            except refusals.BelowTaken:
                return

    jobs = [holding(one, web) for one in people(CALLERS // 2)]
    jobs += [claiming(one, web) for one in people(CALLERS // 2)]
    outcome = all_at_once([*jobs, shrinking, shrinking])

    assert "OperationalError" not in outcome
    row = Bucket.objects.get(pk=web.pk)
    assert row.taken + row.held <= row.capacity
    all_is_counted()


def test_a_press_while_the_sweeper_ends_the_hold_books_or_says_full(town):
    web, _ = bucket(web=1)
    taro = cast.resident()
    for _ in range(5):
        holding(taro, web, at=cast.now() - PAST)()
        outcome = all_at_once([claiming(taro, web), lambda: holds.sweep(at=cast.now())])
        assert outcome in ({"granted": 2}, {"granted": 1, "SlotFull": 1})
        all_is_counted()
        for one in reservations.live_of(taro.pk):
            reservations.cancel(reservation=one, channel="web", by=None, at=cast.now())
        Hold.objects.all().delete()


def moving(held, to):
    def job():
        reservations.move(reservation=held, bucket_id=to.pk, channel="web", by=None, at=cast.now())

    return job


def movers(count, target):
    """People with a place each, who hold another in the target."""
    here, who = bucket(hour=9, web=count)[0], people(count)
    for one in who:
        claiming(one, here)()
        holding(one, target)()
    return [moving(reservations.live_of(one.pk)[0], target) for one in who]


def test_who_holds_moves_and_strangers_do_not(town):
    web, _ = bucket(web=PLACES)
    jobs = movers(PLACES, web) + [claiming(one, web) for one in people(CALLERS)]

    outcome = all_at_once([*jobs, lambda: holds.sweep(at=cast.now())])

    assert outcome == {"granted": PLACES + 1, "SlotFull": CALLERS}
    assert (taken(web), held(web)) == (PLACES, 0)
    all_is_counted()


def test_the_race_is_real_where_a_move_does_not_spend_its_hold(town, monkeypatch):
    """If this ever fails, the test above proves nothing."""
    monkeypatch.setattr(slots, "own", lambda **_: None)
    web, _ = bucket(web=PLACES)

    outcome = all_at_once(movers(PLACES, web))

    assert outcome == {"SlotFull": PLACES}
