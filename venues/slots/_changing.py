"""Make, close and reopen slots; keep the copies in their buckets equal."""

from datetime import datetime

from django.db import connections

from shared.calendar import TOKYO
from tenancy import live
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models import Staff
from venues import slot_facts
from venues.freed import places_freed
from venues.models import Bucket, Channel, Opening, PlaceEntry, Slot
from venues.refusals import checked_reason
from venues.slots._ledger import write
from venues.slots._taking import lock
from venues.timetable import Line


def open_from_timetable(
    *, opening: Opening, found: list[Line], reason: str, by: Staff, at: datetime
) -> list[Slot]:
    """Make the slots and buckets of an opening in the caller's transaction."""
    made = Slot.objects.bulk_create(
        Slot(
            opening=opening,
            starts_at=datetime.combine(opening.day, line.starts_at, tzinfo=TOKYO),
            ends_at=datetime.combine(opening.day, line.ends_at, tzinfo=TOKYO),
        )
        for line in found
    )
    buckets = Bucket.objects.bulk_create(
        Bucket(
            slot=slot,
            channel=channel,
            capacity=capacity,
            is_open=opening.is_open and opening.venue.is_open,
            bookable_from=opening.bookable_from,
            bookable_until=_until(channel, slot, opening),
        )
        for slot, line in zip(made, found, strict=True)
        for channel in channels_of(found)
        for capacity in [line.of(channel)]
    )
    write(
        PlaceEntry(
            bucket=bucket, what=PlaceEntry.What.OPENED, capacity=bucket.capacity,
            capacity_after=bucket.capacity, reason=reason, done_by=by, happened_at=at,
        )
        for bucket in buckets
    )  # fmt: skip
    return made


def channels_of(found: list[Line]) -> list[Channel]:
    """Web and telephone always; the others where they have a place somewhere on the day."""
    always = {Channel.WEB, Channel.PHONE}
    return [one for one in Channel if one in always or any(line.of(one) for line in found)]


def ensure(*, opening: Opening, channel: str) -> None:
    """Give every slot of a day an empty bucket of a channel, in the caller's transaction.

    Somebody else's of the same moment stays; an empty bucket needs no entry.
    """
    missing = Slot.objects.filter(opening=opening).exclude(buckets__channel=channel)
    Bucket.objects.bulk_create(
        [
            Bucket(
                slot=slot, channel=channel, capacity=0,
                is_open=opening.is_open and opening.venue.is_open and slot.is_open,
                bookable_from=opening.bookable_from, bookable_until=_until(channel, slot, opening),
            )
            for slot in missing
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def close(*, slot: Slot, reason: str, by: Staff, at: datetime) -> None:
    """Stop new bookings of one slot; nobody is cancelled. Twice is once."""
    _set_open(slot, PlaceEntry.What.CLOSED, reason=reason, by=by, at=at)


def reopen(*, slot: Slot, reason: str, by: Staff, at: datetime) -> None:
    """Take bookings for one slot again, as far as its day and venue are open. Twice is once."""
    _set_open(slot, PlaceEntry.What.REOPENED, reason=reason, by=by, at=at)


def _set_open(slot: Slot, what: PlaceEntry.What, *, reason: str, by: Staff, at: datetime) -> None:
    reason = checked_reason(reason)
    wanted = what == PlaceEntry.What.REOPENED
    with municipality_atomic():
        if not Slot.objects.filter(pk=slot.pk, is_open=not wanted).update(is_open=wanted):
            return
        renew_copies(opening_ids=[slot.opening_id])
        found = list(Bucket.objects.filter(slot=slot).values_list("pk", flat=True))
        write(
            PlaceEntry(bucket_id=pk, what=what, reason=reason, done_by=by, happened_at=at)
            for pk in found
        )
        if wanted:
            places_freed(bucket_ids=found, at=at)
        on_commit(live.stir)


def renew_copies(*, opening_ids: list[int]) -> int:
    """Copy openness and window of venue, opening and slot into their buckets, in the caller's
    transaction; how many differed.

    The buckets are locked first, in order of id: the copy is read after every rival who changed
    slot, opening or venue before us has committed, and the last one to lock copies the truth.
    """
    lock(bucket_ids=_buckets_of(opening_ids))
    with connections[current().database].cursor() as cursor:
        cursor.execute(RENEWING, [opening_ids])
        renewed = cursor.rowcount
    slot_facts.forget_kept()
    return int(renewed)


def _until(channel: str, slot: Slot, opening: Opening) -> datetime:
    return slot.ends_at if channel == Channel.WALK_IN else opening.bookable_until


def _buckets_of(opening_ids: list[int]) -> list[int]:
    rows = Bucket.objects.filter(slot__opening_id__in=opening_ids)
    return list(rows.values_list("pk", flat=True))


# What a bucket must repeat; venues.checks counts where it does not.
TRUTH = (
    "venues_slot s JOIN venues_opening o ON o.id = s.opening_id "
    "JOIN venues_venue v ON v.id = o.venue_id"
)
# Who walks in comes on the day itself, after booking in advance has ended.
UNTIL = "CASE WHEN b.channel = 'walk_in' THEN s.ends_at ELSE o.bookable_until END"
DIFFERS = (
    "(b.is_open, b.bookable_from, b.bookable_until) IS DISTINCT FROM "
    f"(v.is_open AND o.is_open AND s.is_open, o.bookable_from, {UNTIL})"
)
RENEWING = (
    "UPDATE venues_bucket b SET is_open = v.is_open AND o.is_open AND s.is_open, "
    f"bookable_from = o.bookable_from, bookable_until = {UNTIL} FROM {TRUTH} "
    f"WHERE b.slot_id = s.id AND o.id = ANY(%s::bigint[]) AND {DIFFERS}"
)
