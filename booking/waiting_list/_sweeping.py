"""The net under every offer: each minute, by as many processes as there are (見回り).

PostgreSQL decides who sees to what: a row somebody else has in hand is skipped.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connections

from booking.models import WaitingListEntry, WaitingListOffer
from booking.waiting_list import _ending, leftovers
from booking.waiting_list._offering import OFFERED_FROM, offer_places
from shared.calendar import day_of
from tenancy.current import current, municipality_atomic
from venues import slots

MOST: Final = 500

BOOKED_SINCE = """
SELECT e.id FROM booking_waitinglistentry e
WHERE e.state IN ('waiting', 'offered', 'paused') AND EXISTS (
    SELECT 1 FROM booking_reservation b WHERE b.resident_id = e.resident_id
    AND b.programme_id = e.programme_id AND b.dose_number = e.dose_number AND (b.is_live OR b.claimed_at >= e.joined_at))
ORDER BY e.joined_at LIMIT %(most)s
"""
# Buckets with room that somebody waits for.
WANTED = """
SELECT b.id FROM venues_bucket b JOIN venues_slot s ON s.id = b.slot_id
JOIN venues_opening o ON o.id = s.opening_id
WHERE b.is_open AND b.channel = ANY (%(channels)s) AND b.taken + b.held < b.capacity
    AND b.bookable_from <= %(at)s AND b.bookable_until > %(at)s AND s.starts_at > %(at)s
    AND EXISTS (SELECT 1 FROM booking_waitinglistentry e WHERE e.state = 'waiting'
        AND e.programme_id = o.programme_id
        AND (e.venue_ids = '[]'::jsonb OR e.venue_ids @> to_jsonb(o.venue_id))
        AND o.day BETWEEN e.first_day AND e.last_day
        AND NOT EXISTS (SELECT 1 FROM booking_waitinglistoffer f
            WHERE f.entry_id = e.id AND f.slot_id = s.id))
ORDER BY s.starts_at, b.id LIMIT %(most)s
"""


def sweep(*, at: datetime) -> int:
    """Pass on what nobody answered, let go who has booked, offer what is free; how many acts."""
    done = _expire(at=at) + withdraw_closed(at=at) + _let_go(at=at)
    return done + _offer_what_is_free(at=at) + leftovers.sweep(at=at)


def withdraw_closed(*, at: datetime) -> int:
    """Take back offers of slots that were closed since: nobody could use them; how many.

    Who had one waits again, with the turn kept: nothing was left unanswered.
    """
    closed = WaitingListOffer.objects.filter(
        state=WaitingListOffer.State.OPEN, bucket__is_open=False
    )
    found = list(closed.order_by("until").values_list("entry_id", flat=True)[:MOST])
    return sum(_withdraw_one(pk, at=at) for pk in found)


def _withdraw_one(entry_id: UUID, *, at: datetime) -> bool:
    with municipality_atomic():
        entry = _in_hand(entry_id)
        offer = WaitingListOffer.objects.filter(
            entry_id=entry_id, state=WaitingListOffer.State.OPEN, bucket__is_open=False
        ).first()
        if entry is None or offer is None:
            return False
        _ending.end_offer(offer, WaitingListOffer.State.WITHDRAWN, at=at)
        _ending.wait_again(entry, answered=True, at=at)
    return True


def _expire(*, at: datetime) -> int:
    over = WaitingListOffer.objects.filter(
        state=WaitingListOffer.State.OPEN, until__lte=at
    ).order_by("until", "bucket_id")
    return sum(_expire_one(pk, at=at) for pk in over.values_list("entry_id", flat=True)[:MOST])


def _expire_one(entry_id: UUID, *, at: datetime) -> bool:
    with municipality_atomic():
        entry = _in_hand(entry_id)
        offer = WaitingListOffer.objects.filter(
            entry_id=entry_id, state=WaitingListOffer.State.OPEN, until__lte=at
        ).first()
        if entry is None or offer is None:
            return False
        _ending.end_offer(offer, WaitingListOffer.State.EXPIRED, at=at)
        _ending.wait_again(entry, answered=False, at=at)
    return True


def _let_go(*, at: datetime) -> int:
    with connections[current().database].cursor() as cursor:
        cursor.execute(BOOKED_SINCE, {"most": MOST})
        booked = [pk for (pk,) in cursor.fetchall()]
    over = WaitingListEntry.objects.filter(state__in=WaitingListEntry.LIVE, last_day__lt=day_of(at))
    ends = dict.fromkeys(over.values_list("pk", flat=True)[:MOST], WaitingListEntry.State.OVER)
    ends |= dict.fromkeys(booked, WaitingListEntry.State.BOOKED)
    return sum(_end_one(pk, state, at=at) for pk, state in ends.items())


def _end_one(entry_id: UUID, state: WaitingListEntry.State, *, at: datetime) -> bool:
    with municipality_atomic():
        entry = _in_hand(entry_id)
        if entry is None or not entry.is_live:
            return False
        _ending.end(entry, state, at=at)
    return True


def _offer_what_is_free(*, at: datetime) -> int:
    if not WaitingListEntry.objects.filter(state=WaitingListEntry.State.WAITING).exists():
        return 0
    with connections[current().database].cursor() as cursor:
        asked = {"channels": [str(one) for one in OFFERED_FROM], "at": at, "most": MOST}
        cursor.execute(WANTED, asked)  # type: ignore[arg-type]  # a list too
        found = [pk for (pk,) in cursor.fetchall()]
    return sum(_offer_one(pk, at=at) for pk in found)


def _offer_one(bucket_id: int, *, at: datetime) -> int:
    with municipality_atomic():
        slots.lock(bucket_ids=[bucket_id])
        return offer_places(bucket_ids=[bucket_id], at=at)


def _in_hand(entry_id: UUID) -> WaitingListEntry | None:
    rows = WaitingListEntry.objects.select_for_update(no_key=True, skip_locked=True)
    return rows.filter(pk=entry_id).first()
