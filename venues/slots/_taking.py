"""The SQL by which a place is taken and given back (予約枠)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connections

from tenancy.current import current
from tenancy.models import Staff
from venues.models.place_entry import PlaceEntry
from venues.slots._ledger import taken_sql

What = PlaceEntry.What

# Places there are: what was signed for above the capacity counts until its moment, no task needed.
# What a plan opens later is not there yet; the moment of the claim decides, nobody has to press.
WITHHELD = (
    "(SELECT COALESCE(sum(t.places), 0) FROM venues_tranche t WHERE t.bucket_id = b.id "
    "AND (t.opens_at IS NULL OR t.opens_at > %(at)s))"
)
PLACES = (
    f"b.capacity + CASE WHEN b.allowance_until > %(at)s THEN b.allowance ELSE 0 END - {WITHHELD}"
)
ROOM = f"b.taken + b.held < {PLACES}"
# What must be true of a bucket for a place to be taken. %(at)s is the moment of the claim.
TAKEABLE = f"b.is_open AND {ROOM} AND b.bookable_from <= %(at)s AND b.bookable_until > %(at)s"


def taking_sql(*, bucket: str, provided: str) -> str:
    """A CTE body that takes one place, or none: `bucket` and `provided` are SQL of the caller.

    The WHERE clause is the lock: PostgreSQL re-checks it after waiting for a rival's commit, so
    two callers never both take the last place. Returns (bucket_id, slot_id) of what was taken.
    """
    return (
        "UPDATE venues_bucket b SET taken = b.taken + 1 "
        f"WHERE b.id = {bucket} AND {TAKEABLE} AND {provided} "
        "RETURNING b.id AS bucket_id, b.slot_id"
    )


def locking_sql(*, buckets: str, provided: str) -> str:
    """A CTE body that locks several takeable buckets in order of id, so that none deadlocks."""
    return (
        f"SELECT b.id FROM venues_bucket b WHERE b.id = ANY({buckets}) AND {TAKEABLE} AND {provided} "
        "ORDER BY b.id FOR NO KEY UPDATE"
    )


def taking_locked_sql(*, locked: str, provided: str) -> str:
    """A CTE body that takes one place in each locked bucket."""
    return (
        "UPDATE venues_bucket b SET taken = b.taken + 1 "
        f"FROM {locked} l WHERE b.id = l.id AND {ROOM} AND {provided} "
        "RETURNING b.id AS bucket_id, b.slot_id"
    )


def takeable(*, slot_id: int, channels: Sequence[str], at: datetime) -> list[int]:
    """The slot's buckets with a place left now, in the order of the channels; no promise."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            f"SELECT b.channel, b.id FROM venues_bucket b WHERE b.slot_id = %(slot)s AND {TAKEABLE}",
            {"slot": slot_id, "at": at},
        )
        found = dict(cursor.fetchall())
    return [found[channel] for channel in channels if channel in found]


def lock(*, bucket_ids: list[int]) -> None:
    """Lock buckets in the caller's transaction, in order of id: unordered swaps deadlock."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            "SELECT b.id FROM venues_bucket b WHERE b.id = ANY(%s::bigint[]) ORDER BY b.id "
            "FOR NO KEY UPDATE",
            [bucket_ids],
        )


def take(*, bucket_id: int, reservation_id: UUID, by: Staff | None, at: datetime) -> bool:
    """Take one place for a move in the caller's transaction; False where it cannot be taken."""
    return _change(
        f"UPDATE venues_bucket b SET taken = b.taken + 1 WHERE b.id = %(bucket)s AND {TAKEABLE}",
        What.MOVED_IN, 1, bucket_id=bucket_id, reservation_id=reservation_id, by=by, at=at,
    )  # fmt: skip


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
    bucket_id: int,
    reservation_id: UUID,
    by: Staff | None,
    at: datetime,
) -> bool:
    entering = taken_sql(
        what=what, places=places, source="place", bucket="place.id",
        reservation="%(reservation)s::uuid",
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
