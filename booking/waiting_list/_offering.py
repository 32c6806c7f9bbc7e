"""Freed places are offered before anybody else can take them (空きの案内).

Called with the buckets locked, by the transaction that freed them. Entries somebody else has in
hand are skipped; the minute's sweep finds what was left.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connections, transaction

from booking import reservations
from booking.models import WaitingListEntry, WaitingListOffer
from booking.reservations._deciding import refuse_by_rules, visit
from booking.waiting_list import _telling, _tokens, windows
from notifications import outbox, senders
from notifications.quiet_hours import next_permitted
from shared.calendar import TOKYO
from tenancy.current import current, municipality_atomic
from venues import slots
from venues.models import Bucket, Channel
from venues.refusals import NotFree
from venues.slot_facts import SlotFacts, facts

log = logging.getLogger(__name__)

OFFERED_FROM: Final = (Channel.WEB, Channel.PHONE)
MOST_AT_ONCE: Final = 50  # the transaction that frees must end soon; the sweep goes on
LOOKED_AT: Final = 300
PAGE: Final = 8
BEGINNING: Final = datetime(2000, 1, 1, tzinfo=TOKYO)
KEPT_LONGER: Final = timedelta(minutes=5)  # so that the sweep, not the public, gets it next

# Who could use the place: on the list, on the record, not booked since, never offered this slot.
FITTING = """
SELECT e.id, e.turn, e.joined_at FROM booking_waitinglistentry e
JOIN booking_resident r ON r.id = e.resident_id
WHERE e.state = 'waiting' AND r.status_flag = '0' AND e.programme_id = %(programme)s
    AND (e.venue_ids = '[]'::jsonb OR e.venue_ids @> to_jsonb(%(venue)s::bigint))
    AND %(day)s BETWEEN e.first_day AND e.last_day AND e.notice_hours <= %(lead)s
    AND (e.turn, e.joined_at, e.id)
        > (%(after_turn)s::bigint, %(after)s::timestamptz, %(after_id)s::uuid)
    AND EXISTS (SELECT 1 FROM booking_voucher v WHERE v.resident_id = e.resident_id AND v.is_live)
    AND NOT EXISTS (SELECT 1 FROM booking_reservation b WHERE b.resident_id = e.resident_id
        AND b.programme_id = e.programme_id AND b.dose_number = e.dose_number
        AND (b.is_live OR b.claimed_at >= e.joined_at))
    AND NOT EXISTS (SELECT 1 FROM booking_waitinglistoffer o
        WHERE o.entry_id = e.id AND o.slot_id = %(slot)s)
ORDER BY e.turn, e.joined_at, e.id LIMIT %(page)s FOR NO KEY UPDATE OF e SKIP LOCKED
"""


def freed(bucket_ids: list[int], at: datetime) -> None:
    """The listener: whatever goes wrong here, what freed the place stands, and the sweep follows.

    Unless the connection died: then what freed the place is undone with it, and nobody may be told
    that it is done.
    """
    if not WaitingListEntry.objects.filter(state=WaitingListEntry.State.WAITING).exists():
        return
    try:
        with municipality_atomic():
            offer_places(bucket_ids=bucket_ids, at=at)
    except Exception:
        if transaction.get_rollback(using=current().database):
            raise
        log.exception("freed places were not offered", extra={"municipality": current().code})


def offer_places(*, bucket_ids: list[int], at: datetime) -> int:
    """Offer the free places of locked buckets to those whose turn it is; how many."""
    made = 0
    rows = Bucket.objects.filter(pk__in=bucket_ids, channel__in=OFFERED_FROM, is_open=True)
    for bucket in rows.order_by("slot__starts_at", "pk"):
        made += _offer_bucket(bucket, most=MOST_AT_ONCE - made, at=at)
        if made >= MOST_AT_ONCE:
            break
    return made


def _offer_bucket(bucket: Bucket, *, most: int, at: datetime) -> int:
    place, room, made = facts(bucket.pk), min(bucket.places_left, most), 0
    told_at = next_permitted(quiet=senders.quiet_hours(senders.kept()), at=at)
    if room < 1 or told_at >= place.starts_at:
        return 0
    for entry in _fitting(place, told_at=told_at):
        until = windows.until(
            starts_at=place.starts_at,
            bookable_until=bucket.bookable_until,
            notice=timedelta(hours=entry.notice_hours),
            told_at=told_at,
            by_call=_telling.is_by_call(entry),
        )
        if until is None or not may_book(entry, place, at=told_at):
            continue
        if not _offer(entry, place, told_at=told_at, until=until, at=at):
            break
        made += 1
        if made >= room:
            break
    return made


def _fitting(place: SlotFacts, *, told_at: datetime) -> Iterator[WaitingListEntry]:
    """The entries that fit, in their turn, each locked."""
    asked = {
        "venue": place.venue_id, "programme": place.programme_id, "day": place.day, "slot": place.slot_id, "page": PAGE,
        "lead": (place.starts_at - told_at).total_seconds() / 3600,
        "after_turn": -1, "after": BEGINNING,
        "after_id": UUID(int=0),
    }  # fmt: skip
    for _ in range(LOOKED_AT // PAGE):
        with connections[current().database].cursor() as cursor:
            cursor.execute(FITTING, asked)  # type: ignore[arg-type]  # UUIDs too
            found = cursor.fetchall()
        rows = WaitingListEntry.objects.select_related("resident").in_bulk([pk for pk, *_ in found])
        yield from (rows[pk] for pk, *_ in found)
        if len(found) < PAGE:
            return
        asked |= dict(zip(("after_id", "after_turn", "after"), found[-1], strict=True))


def may_book(entry: WaitingListEntry, place: SlotFacts, *, at: datetime) -> bool:
    """Whether the rules would let the person have it: nobody is offered what would be refused."""
    known = {
        one.dose_number: visit(facts(one.bucket_id))
        for one in reservations.live_of(entry.resident_id)
        if one.programme_id == entry.programme_id
    }
    try:
        refuse_by_rules(
            entry.resident, entry.dose_number, place, known, place.channel, at,
            asked={entry.dose_number},
        )  # fmt: skip
    except reservations.Refused:
        return False
    return True


def _offer(
    entry: WaitingListEntry, place: SlotFacts, *, told_at: datetime, until: datetime, at: datetime
) -> bool:
    """Hold the place, write the offer and promise the message; False where no place is left."""
    token = _tokens.make()
    offer = WaitingListOffer(
        id=uuid.uuid4(), entry=entry, bucket_id=place.bucket_id, slot_id=place.slot_id,
        token_index=_tokens.index(token), made_at=at, until=until,
    )  # fmt: skip
    try:
        slots.hold(
            holder_id=offer.pk, wanted={entry.dose_number: place.bucket_id},
            until=until + KEPT_LONGER, since=at, by=None, at=at,
        )  # fmt: skip
    except NotFree:
        return False
    offer.save(force_insert=True)
    entry.state, entry.changed_at = WaitingListEntry.State.OFFERED, at
    entry.save(update_fields=["state", "changed_at"])
    message = _telling.owed_for_offer(offer, entry, place, token, told_at=told_at, at=at)
    outbox.enqueue_all([message])
    return True
