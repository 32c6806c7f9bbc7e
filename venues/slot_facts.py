"""Question: what does not change about a bucket's slot; kept in each process for a while."""

import time
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections
from django.utils.timezone import localdate

from tenancy.current import current

KEPT_SECONDS = 10
MOST_KEPT = 50_000
# Asked within the confirm page's press, so without the ORM, which costs more than this.
FACTS = """
SELECT s.id, b.channel, s.starts_at, o.vaccine_id, v.id, v.name, v.name_en,
    o.programme_id, o.dose_number, p.name, p.name_en
FROM venues_bucket b
JOIN venues_slot s ON s.id = b.slot_id
JOIN venues_opening o ON o.id = s.opening_id
JOIN venues_venue v ON v.id = o.venue_id
JOIN venues_programme p ON p.id = o.programme_id
WHERE b.id = %s
"""


class UnknownBucket(LookupError):
    """There is no such place in this municipality."""


@dataclass(frozen=True)
class SlotFacts:
    """A bucket's slot as a claim and its words need it."""

    bucket_id: int
    slot_id: int
    channel: str
    starts_at: datetime
    day: date
    vaccine_id: int
    venue_id: int
    venue_name: str
    venue_name_en: str
    programme_id: int = 0
    only_dose: int | None = None  # the opening is for this dose
    programme_name: str = ""
    programme_name_en: str = ""


_kept: dict[tuple[str, int], tuple[float, SlotFacts]] = {}


def facts(bucket_id: int) -> SlotFacts:
    """The facts of one bucket; raises UnknownBucket."""
    key, now = (current().code, bucket_id), time.monotonic()
    kept = _kept.get(key)
    if kept and kept[0] > now:
        return kept[1]
    read = _read(bucket_id)
    if len(_kept) > MOST_KEPT:
        _kept.clear()
    _kept[key] = (now + KEPT_SECONDS, read)
    return read


def _read(bucket_id: int) -> SlotFacts:
    with connections[current().database].cursor() as cursor:
        cursor.execute(FACTS, [bucket_id])
        found = cursor.fetchone()
    if found is None:
        raise UnknownBucket(bucket_id)
    slot_id, channel, starts_at, vaccine_id, venue_id, name, name_en, *programme = found
    programme_id, only_dose, programme_name, programme_name_en = programme
    return SlotFacts(
        bucket_id=bucket_id,
        slot_id=slot_id,
        channel=channel,
        starts_at=starts_at,
        day=localdate(starts_at),
        vaccine_id=vaccine_id,
        venue_id=venue_id,
        venue_name=name,
        venue_name_en=name_en or name,
        programme_id=programme_id,
        only_dose=only_dose,
        programme_name=programme_name,
        programme_name_en=programme_name_en or programme_name,
    )


def forget_kept() -> None:
    """Drop what this process keeps: after a venue or opening was changed here."""
    _kept.clear()
