"""Which places have room at a moment, with what does not change about their slots (空きの一覧)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connections

from tenancy.current import current
from venues.slot_facts import SlotFacts
from venues.slots._room import OPEN, PLACES, ROOM

MOST: int = 20_000
WITH_ROOM = f"""
SELECT b.id, s.id, b.channel, s.starts_at, o.day, o.vaccine_id, v.id, v.name,
    COALESCE(NULLIF(v.name_en, ''), v.name), o.programme_id, o.dose_number, p.name,
    COALESCE(NULLIF(p.name_en, ''), p.name), ({PLACES}) - b.taken - b.held
FROM venues_bucket b JOIN venues_slot s ON s.id = b.slot_id
JOIN venues_opening o ON o.id = s.opening_id JOIN venues_venue v ON v.id = o.venue_id
JOIN venues_programme p ON p.id = o.programme_id
WHERE o.programme_id = %(programme)s AND o.vaccine_id = %(vaccine)s AND o.day BETWEEN %(first)s AND %(last)s
    AND b.channel = ANY (%(channels)s::text[]) AND s.starts_at >= %(since)s AND {OPEN} AND {ROOM}
ORDER BY s.starts_at, b.id LIMIT {MOST}
"""


def with_room(
    *,
    programme_id: int,
    vaccine_id: int,
    first: date,
    last: date,
    since: datetime,
    channels: Sequence[str],
    at: datetime,
) -> list[tuple[SlotFacts, int]]:
    """Every place of a programme and vaccine that could be taken now, and how many are left; no promise.

    Days from the first to the last, slots that begin at `since` or later.
    """
    asked = {
        "programme": programme_id, "vaccine": vaccine_id, "first": first, "last": last, "since": since,
        "channels": [str(one) for one in channels], "at": at,
    }  # fmt: skip
    with connections[current().database].cursor() as cursor:
        cursor.execute(WITH_ROOM, asked)  # type: ignore[arg-type]  # a list too
        return [(SlotFacts(*row[:-1]), row[-1]) for row in cursor.fetchall()]
