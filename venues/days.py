"""Questions on opening days: what is open, how full, and who changed what (開設日の問い)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tenancy import history
from tenancy.history import Change, Difference
from venues.models import Bucket, Channel, Opening, PlaceEntry, Slot

SHOWN_DIFFERENCES = 6
SHOWN = ("resized", "released", "closed", "reopened", "settled")  # what a person wants to read


@dataclass(frozen=True)
class Count:
    """Places of one channel."""

    capacity: int
    taken: int

    @property
    def left(self) -> int:
        """How many more people fit."""
        return self.capacity - self.taken

    def __add__(self, other: "Count") -> "Count":
        return Count(self.capacity + other.capacity, self.taken + other.taken)


NOTHING = Count(0, 0)


@dataclass(frozen=True)
class OpeningLine:
    """An opening with the sums of its slots."""

    opening: Opening
    web: Count
    phone: Count
    open_left: int  # in slots that take bookings

    @property
    def all(self) -> Count:
        """Both channels."""
        return self.web + self.phone

    @property
    def is_open(self) -> bool:
        """Whether the day takes bookings at all, its window aside."""
        return self.opening.is_open and self.opening.venue.is_open


@dataclass(frozen=True)
class SlotLine:
    """A slot with its buckets."""

    slot: Slot
    web: Bucket | None
    phone: Bucket | None

    @property
    def buckets(self) -> list[Bucket]:
        """Those there are."""
        return [one for one in (self.web, self.phone) if one]

    @property
    def taken(self) -> int:
        """How many people are booked."""
        return sum(one.taken for one in self.buckets)


def find(pk: int) -> Opening | None:
    """One opening with its venue and vaccine."""
    return Opening.objects.select_related("venue", "vaccine").filter(pk=pk).first()


def find_slot(pk: int) -> Slot | None:
    """One slot with its opening."""
    return Slot.objects.select_related("opening__venue", "opening__vaccine").filter(pk=pk).first()


def between(first: date, last: date, *, venue_id: int | None = None) -> list[OpeningLine]:
    """Every opening of these days in order, of all venues or of one."""
    rows = Opening.objects.filter(day__gte=first, day__lte=last)
    return _lines(rows.filter(venue_id=venue_id) if venue_id else rows)


def line_of(opening: Opening) -> OpeningLine:
    """One opening with its sums."""
    return _lines(Opening.objects.filter(pk=opening.pk))[0]


def next_day(on_or_after: date) -> date | None:
    """The first day with an opening."""
    rows = Opening.objects.filter(day__gte=on_or_after).order_by("day")
    return rows.values_list("day", flat=True).first()


def slot_lines(opening: Opening) -> list[SlotLine]:
    """The slots of a day in order of time."""
    rows = Slot.objects.filter(opening=opening).prefetch_related("buckets")
    found = []
    for slot in rows.order_by("starts_at"):
        slot.opening = opening
        by_channel = {one.channel: one for one in slot.buckets.all()}
        found.append(SlotLine(slot, by_channel.get(Channel.WEB), by_channel.get(Channel.PHONE)))
    return found


def changes_of(opening: Opening) -> list[Change]:
    """Who changed what of a day and its slots, and why, newest first."""
    rows = PlaceEntry.objects.filter(bucket__slot__opening=opening, what__in=SHOWN)
    rows = rows.select_related("bucket__slot", "done_by")
    found = [*history.changes_of(opening), *_acts(rows.order_by("happened_at", "pk"))]
    return sorted(found, key=lambda one: one.happened_at, reverse=True)


def _lines(rows: QuerySet[Opening]) -> list[OpeningLine]:
    def sums(channel: Channel, column: str) -> Coalesce:
        return Coalesce(
            Sum(f"slots__buckets__{column}", filter=Q(slots__buckets__channel=channel)), 0
        )

    is_open = Q(slots__buckets__is_open=True)
    rows = rows.select_related("venue", "vaccine").annotate(
        web_capacity=sums(Channel.WEB, "capacity"),
        web_taken=sums(Channel.WEB, "taken"),
        phone_capacity=sums(Channel.PHONE, "capacity"),
        phone_taken=sums(Channel.PHONE, "taken"),
        open_capacity=Coalesce(Sum("slots__buckets__capacity", filter=is_open), 0),
        open_taken=Coalesce(Sum("slots__buckets__taken", filter=is_open), 0),
    )
    return [
        OpeningLine(
            row,
            Count(row.web_capacity, row.web_taken),
            Count(row.phone_capacity, row.phone_taken),
            row.open_capacity - row.open_taken,
        )
        for row in rows.order_by("day", "venue__code", "starts_at")
    ]


def _acts(rows: Iterable[PlaceEntry]) -> list[Change]:
    """One line for each act: forty slots resized at once are one."""

    def act(row: PlaceEntry) -> tuple[object, ...]:
        return (row.happened_at, row.done_by_id, row.what, row.reason)

    found = []
    for _key, group in groupby(rows, key=act):
        together = list(group)
        first = together[0]
        found.append(
            Change(
                subject=_("%(what)s（%(count)s枠）")
                % {
                    "what": first.get_what_display(),
                    "count": len({one.bucket.slot_id for one in together}),
                },
                happened_at=first.happened_at,
                done_by=first.done_by.display_name if first.done_by else "",
                reason=first.reason,
                is_first=False,
                differences=tuple(
                    _difference(one) for one in _once_a_slot(together)[:SHOWN_DIFFERENCES]
                ),
            )
        )
    return found


def _difference(row: PlaceEntry) -> Difference:
    time = f"{localtime(row.bucket.slot.starts_at):%H:%M}"
    if row.capacity_after is None:
        return Difference(time, "", str(row.get_what_display()))
    label = f"{time} {row.bucket.get_channel_display()}"
    return Difference(label, str(row.capacity_after - row.capacity), str(row.capacity_after))


def _once_a_slot(rows: list[PlaceEntry]) -> list[PlaceEntry]:
    """Closing a slot is one act, though each of its buckets keeps the fact."""
    if rows[0].capacity_after is not None:
        return rows
    return list({row.bucket.slot_id: row for row in reversed(rows)}.values())[::-1]
