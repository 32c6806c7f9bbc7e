"""The SQL by which a place is taken and given back (予約枠)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connections

from tenancy.current import current
from tenancy.models import Staff
from venues.models.hold import Hold
from venues.models.place_entry import PlaceEntry
from venues.slot_facts import SlotFacts
from venues.slots._holding import end_expired
from venues.slots._ledger import taken_sql
from venues.slots._room import OPEN, ROOM

What = PlaceEntry.What

# What must be true of a bucket for a place to be taken. %(at)s is the moment of the claim.
TAKEABLE = f"{OPEN} AND {ROOM}"
# Holds that ran out keep nobody out.
EXPIRED = "(SELECT count(*) FROM venues_hold h WHERE h.bucket_id = b.id AND h.until <= %(at)s)"


def yielding_sql(*, provided: str) -> str:
    """A CTE body that ends, for each wanted bucket, the hold whose place the statement will take.

    The holder's own first; in a full bucket else one that ran out. `ids` are the buckets in which
    one was ended: the statement must take a place there, or end with `undoing_sql`.
    """
    return (
        "SELECT venues_yield_places(%(holders)s::uuid[], %(buckets)s::bigint[], "
        f"%(at)s::timestamptz) AS ids WHERE {provided}"
    )


def undoing_sql(*, yielded: str, when: str) -> str:
    """An expression that undoes the statement where holds were ended and no place was taken."""
    return (
        f"CASE WHEN {when} AND coalesce(cardinality((SELECT ids FROM {yielded})), 0) > 0 "
        "THEN venues_keep_holds() END"
    )


def unheld_sql(*, yielded: str, bucket: str) -> str:
    """An expression: how many held places of a bucket the statement ended, one or none."""
    return f"CASE WHEN {bucket} = ANY ((SELECT ids FROM {yielded})::bigint[]) THEN 1 ELSE 0 END"


def taking_sql(*, bucket: str, provided: str, yielded: str) -> str:
    """A CTE body that takes one place, or none: the arguments are SQL of the caller.

    The WHERE clause is the lock: PostgreSQL re-checks it after waiting for a rival's commit, so
    two callers never both take the last place. Returns (bucket_id, slot_id) of what was taken.
    """
    unheld = unheld_sql(yielded=yielded, bucket="b.id")
    return (
        f"UPDATE venues_bucket b SET taken = b.taken + 1, held = b.held - {unheld} "
        f"WHERE b.id = {bucket} AND {OPEN} AND {ROOM} + {unheld} AND {provided} "
        "RETURNING b.id AS bucket_id, b.slot_id"
    )


def locking_sql(*, buckets: str, provided: str, yielded: str) -> str:
    """A CTE body that locks several takeable buckets in order of id, so that none deadlocks."""
    unheld = unheld_sql(yielded=yielded, bucket="b.id")
    return (
        f"SELECT b.id FROM venues_bucket b WHERE b.id = ANY({buckets}) AND {OPEN} "
        f"AND {ROOM} + {unheld} AND {provided} ORDER BY b.id FOR NO KEY UPDATE"
    )


def taking_locked_sql(*, locked: str, provided: str, yielded: str) -> str:
    """A CTE body that takes one place in each locked bucket."""
    unheld = unheld_sql(yielded=yielded, bucket="b.id")
    return (
        f"UPDATE venues_bucket b SET taken = b.taken + 1, held = b.held - {unheld} "
        f"FROM {locked} l WHERE b.id = l.id AND {ROOM} + {unheld} AND {provided} "
        "RETURNING b.id AS bucket_id, b.slot_id"
    )


def takeable(
    *, slot_id: int, channels: Sequence[str], holder_id: UUID | None = None, at: datetime
) -> list[int]:
    """The slot's buckets with a place left now, in the order of the channels; no promise.

    A bucket in which the holder holds a place comes first.
    """
    mine = (
        "EXISTS (SELECT 1 FROM venues_hold m WHERE m.bucket_id = b.id "
        "AND m.holder_id = %(holder)s::uuid)"
    )
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            f"SELECT b.channel, b.id, {mine} FROM venues_bucket b WHERE b.slot_id = %(slot)s "
            f"AND {OPEN} AND ({ROOM} + {EXPIRED} OR {mine})",
            {"slot": slot_id, "at": at, "holder": holder_id},
        )
        found = {channel: (not is_mine, pk) for channel, pk, is_mine in cursor.fetchall()}
    wanted = [found[channel] for channel in channels if channel in found]
    return [pk for _, pk in sorted(wanted, key=lambda one: one[0])]


def first_day(*, like: SlotFacts, dose_number: int, since: date, at: datetime) -> date | None:
    """The first day on which a dose of this programme and vaccine can be had; no promise."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            "SELECT min(o.day) FROM venues_bucket b JOIN venues_slot s ON s.id = b.slot_id "
            "JOIN venues_opening o ON o.id = s.opening_id WHERE o.vaccine_id = %(vaccine)s "
            "AND o.programme_id = %(programme)s AND coalesce(o.dose_number, %(dose)s) = %(dose)s "
            f"AND o.day >= %(since)s AND b.channel IN ('web', 'phone') AND {OPEN} AND {ROOM}",
            {
                "vaccine": like.vaccine_id, "programme": like.programme_id, "dose": dose_number,
                "since": since, "at": at,
            },
        )  # fmt: skip
        (found,) = cursor.fetchone()
    return found if isinstance(found, date) else None


def lock(*, bucket_ids: list[int]) -> None:
    """Lock buckets in the caller's transaction, in order of id: unordered swaps deadlock."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            "SELECT b.id FROM venues_bucket b WHERE b.id = ANY(%s::bigint[]) ORDER BY b.id "
            "FOR NO KEY UPDATE",
            [bucket_ids],
        )


def take(*, bucket_id: int, reservation_id: UUID, by: Staff | None, at: datetime) -> bool:
    """Take one place for a move in the caller's transaction; False where it cannot be taken.

    The bucket is locked by the caller; a hold in it that ran out is taken over.
    """
    end_expired(bucket_ids=[bucket_id], at=at)
    return _change(
        f"UPDATE venues_bucket b SET taken = b.taken + 1 WHERE b.id = %(bucket)s AND {TAKEABLE}",
        What.MOVED_IN, 1, bucket_id=bucket_id, reservation_id=reservation_id, by=by, at=at,
    )  # fmt: skip


def take_held(
    *, holder_id: UUID, bucket_id: int, reservation_id: UUID, by: Staff | None, at: datetime
) -> bool:
    """Turn what a holder holds in a bucket into a taken place, in the caller's transaction.

    The caller has locked the hold, then the bucket. The place was promised: the end of the booking
    window does not take it away, a closed slot or day does. False where nothing is held there.
    """
    if not Hold.objects.filter(holder_id=holder_id, bucket_id=bucket_id).exists():
        return False
    taken = _change(
        "UPDATE venues_bucket b SET taken = b.taken + 1, held = b.held - 1 "
        "WHERE b.id = %(bucket)s AND b.is_open",
        What.MOVED_IN, 1, unheld="1", bucket_id=bucket_id, reservation_id=reservation_id, by=by,
        at=at,
    )  # fmt: skip
    if taken:
        Hold.objects.filter(holder_id=holder_id, bucket_id=bucket_id).update(bucket=None)
    return taken


def give_back(
    *, bucket_id: int, what: str, reservation_id: UUID, by: Staff | None, at: datetime
) -> None:
    """Free one taken place in the caller's transaction; `what` says by which act."""
    _change(
        "UPDATE venues_bucket b SET taken = b.taken - 1 WHERE b.id = %(bucket)s",
        what, -1, bucket_id=bucket_id, reservation_id=reservation_id, by=by, at=at,
    )  # fmt: skip


def _change(
    changing: str,
    what: str,
    places: int,
    *,
    unheld: str = "0",
    bucket_id: int,
    reservation_id: UUID,
    by: Staff | None,
    at: datetime,
) -> bool:
    entering = taken_sql(
        what=what, places=places, source="place", bucket="place.id",
        reservation="%(reservation)s::uuid", unheld=unheld,
    )  # fmt: skip
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            f"WITH place AS ({changing} RETURNING b.id) {entering}",
            {
                "bucket": bucket_id, "reservation": reservation_id,
                "staff": by.pk if by else None, "at": at,
            },
        )  # fmt: skip
        return bool(cursor.rowcount == 1)
