"""Questions on opening days: what is open, how full, and who changed what (開設日の問い)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import QuerySet, Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tenancy import history
from tenancy.history import Change, Difference
from venues.models import Bucket, Channel, Opening, PlaceEntry, Slot

SHOWN_DIFFERENCES = 6
ALWAYS = frozenset({Channel.WEB, Channel.PHONE})
SHOWN = ("resized", "released", "closed", "reopened", "settled")  # what a person wants to read


@dataclass(frozen=True)
class Count:
    """Places of one channel; what was signed for above the capacity stands apart."""

    capacity: int
    taken: int
    held: int = 0
    allowance: int = 0

    @property
    def left(self) -> int:
        """How many more people fit without an allowance."""
        return max(0, self.capacity - self.taken - self.held)

    @property
    def above(self) -> int:
        """How many people stand above the capacity, by an allowance."""
        return max(0, self.taken + self.held - self.capacity)

    def __add__(self, other: "Count") -> "Count":
        return Count(*(getattr(self, name) + getattr(other, name) for name in vars(self)))


NOTHING = Count(0, 0)


@dataclass(frozen=True)
class OpeningLine:
    """An opening with the sums of its slots."""

    opening: Opening
    counts: dict[str, Count]
    open_left: int  # in slots that take bookings

    def of(self, channel: str) -> Count:
        """One channel."""
        return self.counts.get(channel, NOTHING)

    @property
    def web(self) -> Count:
        """What residents may take."""
        return self.of(Channel.WEB)

    @property
    def phone(self) -> Count:
        """What operators may take first."""
        return self.of(Channel.PHONE)

    @property
    def channels(self) -> list[tuple[Channel, Count]]:
        """Web and telephone, and what else there is, in their order."""
        return [(one, self.of(one)) for one in Channel if one in ALWAYS or one in self.counts]

    @property
    def others(self) -> list[tuple[Channel, Count]]:
        """Walk-in and reserve, where there are any."""
        return [(one, count) for one, count in self.channels if one not in ALWAYS]

    @property
    def all(self) -> Count:
        """All channels."""
        return sum(self.counts.values(), NOTHING)

    @property
    def is_open(self) -> bool:
        """Whether the day takes bookings at all, its window aside."""
        return self.opening.is_open and self.opening.venue.is_open


@dataclass(frozen=True)
class SlotLine:
    """A slot with its buckets."""

    slot: Slot
    by_channel: dict[str, Bucket]

    def of(self, channel: str) -> Bucket | None:
        """The bucket of one channel, where there is one."""
        return self.by_channel.get(channel)

    @property
    def buckets(self) -> list[Bucket]:
        """Those there are, in order of the channels."""
        return [found for one in Channel if (found := self.of(one))]

    @property
    def taken(self) -> int:
        """How many people are booked."""
        return sum(one.taken for one in self.buckets)


def find(pk: int) -> Opening | None:
    """One opening with its venue and vaccine."""
    return Opening.objects.select_related("venue", "vaccine", "programme").filter(pk=pk).first()


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
        found.append(SlotLine(slot, {one.channel: one for one in slot.buckets.all()}))
    return found


def channels_of(lines: list[SlotLine]) -> list[Channel]:
    """Web and telephone, and what else some slot has: the columns of a table."""
    return [one for one in Channel if one in ALWAYS or any(line.of(one) for line in lines)]


def changes_of(opening: Opening) -> list[Change]:
    """Who changed what of a day and its slots, and why, newest first."""
    rows = PlaceEntry.objects.filter(bucket__slot__opening=opening, what__in=SHOWN)
    rows = rows.select_related("bucket__slot", "done_by")
    found = [*history.changes_of(opening), *_acts(rows.order_by("happened_at", "pk"))]
    return sorted(found, key=lambda one: one.happened_at, reverse=True)


def _lines(rows: QuerySet[Opening]) -> list[OpeningLine]:
    sums: dict[int, dict[str, Count]] = {}
    open_left: dict[int, int] = {}
    added = [Sum(f"slots__buckets__{name}", default=0) for name in vars(NOTHING)]
    groups = rows.order_by().values_list(
        "pk", "slots__buckets__channel", "slots__buckets__is_open", *added
    )
    for pk, channel, is_open, *numbers in groups:
        if channel is None:
            continue
        count, known = Count(*numbers), sums.setdefault(pk, {})
        known[channel] = known.get(channel, NOTHING) + count
        if is_open:
            open_left[pk] = open_left.get(pk, 0) + count.left
    found = rows.select_related("venue", "vaccine").order_by("day", "venue__code", "starts_at")
    return [OpeningLine(row, sums.get(row.pk, {}), open_left.get(row.pk, 0)) for row in found]


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
