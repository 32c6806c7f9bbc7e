"""Verbs on the places of leftover doses (当日の余り): a slot of their own, late on the day."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from shared.calendar import day_of
from shared.database import violates
from tenancy import live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from venues import freezes, slots
from venues.models import Bucket, Channel, Opening
from venues.refusals import DayPassed, Overlaps, Refused, checked_reason
from venues.timetable import Line

LASTS: Final = timedelta(minutes=15)
MOST: Final = 99


def open_places(
    *, opening: Opening, starts_at: datetime, places: int, reason: str, by: Staff, at: datetime
) -> Bucket:
    """Add a slot with so many places for who walks in; who books by web or telephone sees none.

    Only on the day itself, and not beyond it. Refused while a wrong count freezes every increase.
    """
    reason = checked_reason(reason)
    ends_at = starts_at + LASTS
    if not at < starts_at or not day_of(at) == opening.day == day_of(ends_at):
        raise DayPassed
    freezes.refuse_increase()
    try:
        with municipality_atomic():
            rows = Opening.objects.select_for_update(no_key=True, of=("self",))
            found = rows.select_related("venue").get(pk=opening.pk)
            if not (found.is_open and found.venue.is_open):
                raise Refused(_("この開設日は受付を止めています。"))
            line = Line(
                localtime(starts_at).time(), localtime(ends_at).time(), web=0, phone=0,
                walk_in=min(places, MOST),
            )  # fmt: skip
            (slot,) = slots.open_from_timetable(
                opening=found, found=[line], reason=reason, by=by, at=at
            )
            on_commit(live.stir)
    except IntegrityError as clash:
        if violates(clash, "slot_once"):
            raise Overlaps from clash
        raise
    return slot.buckets.get(channel=Channel.WALK_IN)


def shut(*, bucket_id: int, reason: str, by: Staff, at: datetime) -> None:
    """Take back the places nobody has come for, and close the slot."""
    slots.fit(wanted={bucket_id: 0}, reason=reason, by=by, at=at)
