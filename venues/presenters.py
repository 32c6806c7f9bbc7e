"""Venues, days and slots as pages say them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.forms import BaseForm, BoundField
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shared.calendar import months_later
from shared.month import CLOSED, FEW, FULL, OPEN, Mark, MonthPage, month_page
from venues.days import Count, OpeningLine, SlotLine, channels_of
from venues.levels import Level, best, level
from venues.models import Bucket, Channel, Venue

MARKS = {Level.MANY: OPEN, Level.FEW: FEW, Level.NONE: FULL, Level.CLOSED: CLOSED}


def in_language(words: str, words_en: str) -> str:
    """A text in the language of the page; Japanese where it has no English."""
    return (words_en or words) if (get_language() or "ja").startswith("en") else words


@dataclass(frozen=True)
class VenueRow:
    """A venue in the list."""

    venue: Venue
    ahead: Count

    @property
    def name(self) -> str:
        """Its name in the language of the page."""
        return in_language(self.venue.name, self.venue.name_en)

    @property
    def address(self) -> str:
        """Where it is."""
        return in_language(self.venue.address, self.venue.address_en)

    @property
    def state(self) -> str | Promise:
        """Whether it takes bookings."""
        return _("受付中") if self.venue.is_open else _("受付停止")

    @property
    def tone(self) -> str:
        """The tone of the state."""
        return "positive" if self.venue.is_open else "negative"


@dataclass(frozen=True)
class DayRow:
    """An opening in a list or as the head of its page."""

    line: OpeningLine
    at: datetime

    @property
    def level(self) -> Level:
        """How much can be booked at this moment."""
        opening, capacity = self.line.opening, self.line.all.capacity
        takes = self.line.is_open and opening.bookable_from <= self.at < opening.bookable_until
        return level(capacity=capacity, left=self.line.open_left, is_open=takes)

    @property
    def mark(self) -> Mark:
        """The same as ○ △ ×."""
        return MARKS[self.level]

    @property
    def venue_name(self) -> str:
        """The venue in the language of the page."""
        venue = self.line.opening.venue
        return in_language(venue.name, venue.name_en)

    @property
    def hours(self) -> str:
        """From and until, and the break."""
        opening = self.line.opening
        words = f"{opening.starts_at:%H:%M}–{opening.ends_at:%H:%M}"
        if opening.break_from and opening.break_until:
            words += _("（休憩 %(from)s–%(until)s）") % {
                "from": f"{opening.break_from:%H:%M}", "until": f"{opening.break_until:%H:%M}",
            }  # fmt: skip
        return words

    @property
    def state(self) -> str | Promise:
        """Whether and since when it takes bookings."""
        opening = self.line.opening
        if not opening.is_open:
            return _("休止")
        if not opening.venue.is_open:
            return _("会場が受付停止")
        if self.at < opening.bookable_from:
            return _("受付開始前")
        return _("受付中") if self.at < opening.bookable_until else _("締切済み")

    @property
    def tone(self) -> str:
        """The tone of the state."""
        opening = self.line.opening
        if not self.line.is_open:
            return "negative"
        if self.at < opening.bookable_from:
            return "info"
        return "positive" if self.at < opening.bookable_until else "neutral"


@dataclass(frozen=True)
class CapacityCell:
    """One channel of a slot in the table that can be typed into."""

    bucket: Bucket
    capacity: BoundField
    shown: BoundField


@dataclass(frozen=True)
class SlotRow:
    """A slot of a day's table."""

    line: SlotLine
    day_is_open: bool
    form: BaseForm | None = None
    columns: tuple[Channel, ...] = (Channel.WEB, Channel.PHONE)

    @property
    def time(self) -> str:
        """From and until."""
        slot = self.line.slot
        return f"{localtime(slot.starts_at):%H:%M}–{localtime(slot.ends_at):%H:%M}"

    @property
    def mark(self) -> Mark:
        """All channels together."""
        capacity = sum(one.capacity for one in self.line.buckets)
        left = sum(one.places_left for one in self.line.buckets)
        is_open = self.day_is_open and self.line.slot.is_open
        return MARKS[level(capacity=capacity, left=left, is_open=is_open)]

    @property
    def channels(self) -> list[Bucket | None]:
        """One bucket a column; none where the slot has none of that channel."""
        return [self.line.of(one) for one in self.columns]

    @property
    def cells(self) -> list[CapacityCell | None]:
        """The same with their fields."""
        form = self.form
        if form is None:
            return []
        return [
            CapacityCell(one, form[f"capacity-{one.pk}"], form[f"shown-{one.pk}"]) if one else None
            for one in self.channels
        ]


def slot_rows(
    lines: list[SlotLine], *, day_is_open: bool, form: BaseForm | None = None
) -> list[SlotRow]:
    """The rows of a day's table, all with the same columns."""
    columns = tuple(channels_of(lines))
    return [SlotRow(line, day_is_open, form, columns) for line in lines]


def headings_of(lines: list[SlotLine], *, editing: bool) -> str:
    """The heads of a day's table: as many channels as there are."""
    words = [str(one.label) for one in channels_of(lines)]
    if editing:
        words = [_("%(channel)sの定員") % {"channel": one} for one in words]
        return "|".join([str(_("時間")), str(_("空き")), *words, str(_("枠"))])
    return "|".join([str(_("時間")), str(_("空き")), *(f"{one}#" for one in words)])


@dataclass(frozen=True)
class DayLine:
    """One of the days that a form is about to open."""

    day: date
    closes_at: datetime
    warnings: tuple[str | Promise, ...]


def calendar_of(
    rows: Iterable[DayRow], *, month: date, venue_id: int | None, today: date
) -> MonthPage:
    """A month of openings; every day with one leads to its page."""
    levels: dict[date, list[Level]] = {}
    for row in rows:
        levels.setdefault(row.line.opening.day, []).append(row.level)

    def turn(months: int) -> str:
        other = months_later(month, months)
        query = {"month": f"{other:%Y-%m}"} | ({"venue": venue_id} if venue_id else {})
        return f"{reverse('venues:days')}?{urlencode(query)}"

    return month_page(
        year=month.year,
        month=month.month,
        marks={day: MARKS[best(found)] for day, found in levels.items()},
        urls={day: reverse("venues:day", args=[day.isoformat()]) for day in levels},
        chosen=today,
        earlier_url=turn(-1),
        later_url=turn(1),
    )
