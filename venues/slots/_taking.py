"""The SQL by which a place is taken and given back (予約枠)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connections
from django.db.models import F

from tenancy.current import current
from venues.models import Bucket

# What must be true of a bucket for a place to be taken. %(at)s is the moment of the claim.
TAKEABLE = (
    "b.is_open AND b.taken < b.capacity AND b.bookable_from <= %(at)s AND b.bookable_until > %(at)s"
)


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
        f"FROM {locked} l WHERE b.id = l.id AND b.taken < b.capacity AND {provided} "
        "RETURNING b.id AS bucket_id, b.slot_id"
    )


def takeable(*, slot_id: int, channels: Sequence[str], at: datetime) -> list[int]:
    """The slot's buckets with a place left now, in the order of the channels; no promise."""
    rows = Bucket.objects.filter(
        slot_id=slot_id, channel__in=channels, is_open=True, taken__lt=F("capacity"),
        bookable_from__lte=at, bookable_until__gt=at,
    )  # fmt: skip
    found = dict(rows.values_list("channel", "id"))
    return [found[channel] for channel in channels if channel in found]


def lock(*, bucket_ids: list[int]) -> None:
    """Lock buckets in the caller's transaction, in order of id: unordered swaps deadlock."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            "SELECT b.id FROM venues_bucket b WHERE b.id = ANY(%s::bigint[]) ORDER BY b.id "
            "FOR NO KEY UPDATE",
            [bucket_ids],
        )


def take(*, bucket_id: int, at: datetime) -> bool:
    """Take one place in the caller's transaction; False where it cannot be taken."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            f"UPDATE venues_bucket b SET taken = b.taken + 1 WHERE b.id = %(take)s AND {TAKEABLE}",
            {"take": bucket_id, "at": at},
        )
        return bool(cursor.rowcount == 1)


def give_back(*, bucket_id: int) -> None:
    """Free one taken place in the caller's transaction."""
    Bucket.objects.filter(pk=bucket_id).update(taken=F("taken") - 1)
