"""Question: what is left in a slot and in those after it on the same day."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connections

from tenancy.current import current
from venues.slots._room import OPEN, PLACES

# Holds that ran out keep nobody out.
FREE = (
    f"{PLACES} - b.taken - b.held + "
    "(SELECT count(*) FROM venues_hold h WHERE h.bucket_id = b.id AND h.until <= %(at)s)"
)
FOLLOWING = f"""
SELECT s.id, b.id, {FREE} FROM venues_slot f
JOIN venues_slot s ON s.opening_id = f.opening_id AND s.starts_at >= f.starts_at
JOIN venues_bucket b ON b.slot_id = s.id
WHERE f.id = %(slot)s AND b.channel = ANY(%(channels)s::text[]) AND {OPEN}
ORDER BY s.starts_at, s.id, array_position(%(channels)s::text[], b.channel::text) LIMIT %(most)s
"""


def rooms_from(
    *, slot_id: int, channels: Sequence[str], most: int, at: datetime
) -> list[tuple[int, int, int]]:
    """Slot, bucket and places left, from this slot on, in order of time and of the channels."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            FOLLOWING,
            {
                "slot": slot_id, "channels": [str(one) for one in channels], "at": at,
                "most": most * len(channels),
            },
        )  # fmt: skip
        return [(int(slot), int(bucket), int(free)) for slot, bucket, free in cursor.fetchall()]
