"""Question: do the copies in the buckets still equal slot, opening and venue (夜間の突合)?"""

from dataclasses import dataclass

from django.db import connections

from tenancy.current import current
from venues.slots._changing import DIFFERS, TRUTH


@dataclass(frozen=True)
class UnequalCopy:
    """A bucket that does not say what its slot, opening and venue say."""

    bucket_id: int
    slot_id: int


def unequal_copies() -> list[UnequalCopy]:
    """Every bucket whose copies differ; none is right."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(UNEQUAL)
        return [UnequalCopy(*row) for row in cursor.fetchall()]


UNEQUAL = (
    f"SELECT b.id, b.slot_id FROM {TRUTH} JOIN venues_bucket b ON b.slot_id = s.id "
    f"WHERE {DIFFERS} ORDER BY b.id"
)
