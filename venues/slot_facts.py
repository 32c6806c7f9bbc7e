"""Question: what does not change about a bucket's slot; kept in each process for a while."""

import time
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from tenancy.current import current
from venues.models import Bucket

KEPT_SECONDS = 10
MOST_KEPT = 50_000


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


_kept: dict[tuple[str, int], tuple[float, SlotFacts]] = {}


def facts(bucket_id: int) -> SlotFacts:
    """The facts of one bucket; raises UnknownBucket."""
    key, now = (current().code, bucket_id), time.monotonic()
    kept = _kept.get(key)
    if kept and kept[0] > now:
        return kept[1]
    found = Bucket.objects.select_related("slot__opening__venue").filter(pk=bucket_id).first()
    if found is None:
        raise UnknownBucket(bucket_id)
    slot, opening = found.slot, found.slot.opening
    read = SlotFacts(
        bucket_id=found.pk,
        slot_id=slot.pk,
        channel=found.channel,
        starts_at=slot.starts_at,
        day=localdate(slot.starts_at),
        vaccine_id=opening.vaccine_id,
        venue_id=opening.venue_id,
        venue_name=opening.venue.name,
        venue_name_en=opening.venue.name_en or opening.venue.name,
    )
    if len(_kept) > MOST_KEPT:
        _kept.clear()
    _kept[key] = (now + KEPT_SECONDS, read)
    return read


def forget_kept() -> None:
    """Drop what this process keeps: after a venue or opening was changed here."""
    _kept.clear()
