"""Question: what changed on a roster's day after it was begun (直前の変更), without a person."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from booking import day_list
from booking.models import ReservationEvent
from exchange.layouts import ROSTER
from exchange.models import Parcel
from venues.models import Slot, Venue


@dataclass(frozen=True)
class LateChange:
    """One reservation that came, left or went to another hour of the day."""

    number: str
    words: str
    before: Slot | None
    after: Slot | None
    happened_at: datetime


def of(roster: Parcel) -> "QuerySet[ReservationEvent]":
    """Changes of its day since it was begun; of any other file, none."""
    found = day_list.changes_since(
        day=roster.base_date, venue_kind=Venue.Kind.MASS, since=roster.made_at
    )
    return found if roster.layout == ROSTER.id else found.none()


def line(event: ReservationEvent, roster: Parcel) -> LateChange:
    """How a reception corrects its roster by hand."""
    came, left = (_is_on(slot, roster.base_date) for slot in (event.slot_after, event.slot_before))
    words = _("時刻・会場の変更") if came and left else _("追加") if came else _("取消・他の日へ")
    return LateChange(
        number=event.reservation.reservation_number,
        words=words,
        before=event.slot_before if left else None,
        after=event.slot_after if came else None,
        happened_at=event.happened_at,
    )


def _is_on(slot: Slot | None, day: date) -> bool:
    return slot is not None and localdate(slot.starts_at) == day
