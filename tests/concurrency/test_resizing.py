"""Resizing, closing and moving places while people book: nothing oversold, nothing lost."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections

from booking import reservations
from booking.models import Reservation
from booking.reservations import Asking, Wish
from tenancy.current import serving
from tests import cast
from tests.cast import NOW
from venues import checks, openings, refusals, slots
from venues.models import Bucket, Channel

pytestmark = pytest.mark.concurrency
CALLERS = 24


@pytest.fixture
def stage_set(live_municipalities):
    """A slot of thirty places online and ten by telephone, callers, and an officer."""
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        slot, web, phone = cast.slot(web=30, phone=10)
        callers = [cast.resident() for _ in range(CALLERS)]
        yield live_municipalities.mihon, slot, web, phone, callers, cast.staff("ward_officer")


def at_once(municipality, works):
    """Start every work from one barrier, each with a connection of its own; what came of them."""
    barrier = Barrier(len(works))

    def run(work):
        try:
            with serving(municipality):
                barrier.wait()
                return work()
        except (reservations.Refused, refusals.Refused, IntegrityError) as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(pool.map(run, works))


def booking(resident, bucket):
    def work():
        asking = Asking(channel=bucket.channel, request_key=uuid.uuid4())
        reservations.claim(
            resident=resident, wishes=[Wish(1, bucket.pk)], asking=asking, by=None, at=NOW
        )
        return "granted"

    return work


def resizing(bucket, officer, capacities):
    def work():
        for capacity in capacities:
            try:
                slots.resize(
                    wanted={bucket.pk: capacity}, reason="接種医の減員", by=officer, at=NOW
                )
            except refusals.BelowTaken:
                continue
        return "resized"

    return work


def nothing_lost(*buckets):
    for bucket in buckets:
        bucket.refresh_from_db()
        live = Reservation.objects.filter(bucket=bucket, is_live=True).count()
        assert bucket.taken == live <= bucket.capacity


def test_resizing_down_against_bookings_is_exact(stage_set):
    municipality, _, web, _, callers, officer = stage_set
    works = [booking(one, web) for one in callers]
    works += [resizing(web, officer, range(29, 4, -1)) for _ in range(4)]

    outcome = at_once(municipality, works)

    nothing_lost(web)
    assert outcome["granted"] + outcome["SlotFull"] == CALLERS
    assert outcome["granted"] == web.taken
    assert outcome["resized"] == 4
    assert "IntegrityError" not in outcome


def test_the_race_is_real_for_who_looks_first(stage_set):
    """If this ever fails, the test above proves nothing."""
    municipality, _, web, _, callers, _ = stage_set
    looked, go = Barrier(CALLERS + 1), Barrier(CALLERS + 1)

    def look_then_write():
        taken = Bucket.objects.get(pk=web.pk).taken
        connections.close_all()  # whoever waits holds no connection: the pool is small
        looked.wait()
        go.wait()
        Bucket.objects.filter(pk=web.pk).update(capacity=taken)
        return "resized"

    def book_between(resident):
        def work():
            looked.wait()
            done = booking(resident, web)()
            connections.close_all()
            go.wait()
            return done

        return work

    outcome = at_once(municipality, [look_then_write, *(book_between(one) for one in callers)])

    assert outcome == {"granted": CALLERS, "IntegrityError": 1}


def test_moving_places_between_channels_against_bookings_keeps_the_sum(stage_set):
    municipality, slot, web, phone, callers, officer = stage_set

    def moving(source, target):
        def work():
            for _ in range(10):
                try:
                    slots.shift(
                        slot=slot, source=source, target=target, places=2, reason="配分の見直し",
                        by=officer, at=NOW,
                    )  # fmt: skip
                except refusals.NotEnoughFree:
                    continue
            return "moved"

        return work

    works = [booking(one, bucket) for one, bucket in zip(callers, [web, phone] * 12, strict=True)]
    works += [moving(Channel.WEB, Channel.PHONE), moving(Channel.PHONE, Channel.WEB)] * 2

    outcome = at_once(municipality, works)

    nothing_lost(web, phone)
    assert web.capacity + phone.capacity == 40
    assert outcome["moved"] == 4
    assert outcome["granted"] + outcome["SlotFull"] == CALLERS


def test_after_the_day_is_closed_nobody_gets_in(stage_set):
    municipality, slot, web, _, callers, officer = stage_set
    closed_at: list[int] = []

    def closing():
        openings.close_day(opening=slot.opening, reason="停電", by=officer, at=NOW)
        closed_at.append(Bucket.objects.get(pk=web.pk).taken)
        return "closed"

    outcome = at_once(municipality, [*(booking(one, web) for one in callers), closing])

    nothing_lost(web)
    assert outcome["closed"] == 1
    assert web.taken == closed_at[0]  # whoever came after the closing's commit was refused
    assert not web.is_open


def test_closing_and_reopening_at_once_leave_copies_that_tell_the_truth(stage_set):
    municipality, slot, _, _, _, officer = stage_set
    slots.renew_copies(opening_ids=[slot.opening_id])
    signed = {"reason": "訓練", "by": officer, "at": NOW}

    def turning(*verbs):
        def work():
            for _ in range(8):
                for verb in verbs:
                    verb()
            return "turned"

        return work

    day = turning(
        lambda: openings.close_day(opening=slot.opening, **signed),
        lambda: openings.reopen_day(opening=slot.opening, **signed),
    )
    one = turning(
        lambda: slots.close(slot=slot, **signed), lambda: slots.reopen(slot=slot, **signed)
    )

    outcome = at_once(municipality, [day, one, day, one])

    assert outcome == {"turned": 4}
    assert checks.unequal_copies() == []


def test_two_officers_cannot_open_the_same_hours(live_municipalities):
    from datetime import date, datetime, time

    from tests.cast import JST
    from venues.timetable import Hours

    municipality = live_municipalities.mihon
    with serving(municipality):
        officer = cast.staff("ward_officer")
        plans = [
            openings.Plan(
                venue=venue, vaccine=vaccine,
                hours=Hours(starts_at=time(9, minute), ends_at=time(12)),
                bookable_from=datetime(2026, 6, 1, 9, tzinfo=JST), days_before=1, closes_at=time(17),
            )
            for venue, vaccine in [(cast.venue(), cast.vaccine())]
            for minute in (0, 5, 10, 15)
        ]  # fmt: skip

        def opening(plan):
            def work():
                openings.open_day(
                    plan=plan, day=date(2026, 6, 15), reason="開設", by=officer, at=NOW
                )
                return "opened"

            return work

        outcome = at_once(municipality, [opening(plan) for plan in plans])

    assert outcome == {"opened": 1, "Overlaps": 3}
