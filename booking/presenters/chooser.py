"""Choosing a place: earliest, by date, by venue; one question a page (日時を選ぶ)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy

from booking.free_places import Group, Offer, Wanted
from shared.month import CLOSED, FEW, FULL, OPEN, Mark, MonthPage, month_page
from venues.levels import Level
from venues.picture import Place, VenueLine

MARKS = {Level.MANY: OPEN, Level.FEW: FEW, Level.NONE: FULL, Level.CLOSED: CLOSED}
EARLIEST_SHOWN = 6
NOON = time(12)
WAYS = (
    ("earliest", gettext_lazy("早い順")),
    ("date", gettext_lazy("日付から")),
    ("venue", gettext_lazy("会場から")),
)


def is_english() -> bool:
    """Whether the page speaks English."""
    return (get_language() or "ja").startswith("en")


@dataclass(frozen=True)
class VenueWords:
    """A venue in the language of the page."""

    line: VenueLine

    @property
    def venue_id(self) -> int:
        """Its id, for links."""
        return self.line.venue_id

    @property
    def name(self) -> str:
        """Its name."""
        return self.line.name_en if is_english() else self.line.name

    @property
    def address(self) -> str:
        """Where it is."""
        return self.line.address_en if is_english() else self.line.address

    @property
    def step_free(self) -> bool:
        """Whether a wheelchair gets in."""
        return self.line.step_free


@dataclass(frozen=True)
class PlaceLine:
    """A time at a venue on a day."""

    place: Place
    venue: VenueWords
    more_url: str = ""
    days_after: int | None = None

    @property
    def bucket_id(self) -> int:
        """What a form sends back."""
        return self.place.bucket_id

    @property
    def day(self) -> date:
        """The day."""
        return self.place.day

    @property
    def starts_at(self) -> time:
        """The time."""
        return self.place.starts_at

    @property
    def is_free(self) -> bool:
        """Whether it can be chosen."""
        return self.place.is_free

    @property
    def mark(self) -> Mark:
        """○ △ ×."""
        return MARKS[self.place.level]


@dataclass(frozen=True)
class VenueChoice:
    """A venue in a list, with its mark and its first free day or time."""

    venue: VenueWords
    mark: Mark
    url: str
    first_day: date | None = None
    first_time: time | None = None


@dataclass(frozen=True)
class Chooser:
    """What the page shows at this point of the search; `here` is the page's own path."""

    offer: Offer
    wanted: Wanted
    looking: Mapping[str, Any]
    here: str
    at: datetime
    proposed: Sequence[Place] = ()
    first: Place | None = None

    @property
    def by(self) -> str:
        """The way of searching."""
        return self.looking.get("by") or "earliest"

    @property
    def day(self) -> date | None:
        """The day looked at."""
        return self.looking.get("day")

    @cached_property
    def venue(self) -> VenueWords | None:
        """The venue looked at."""
        return self._venue(self.looking.get("venue"))

    @property
    def shows(self) -> str:
        """Which part is shown: earliest, month, venues, day, times."""
        if self.day and self.venue:
            return "times"
        if self.day:
            return "day"
        if self.by == "venue":
            return "month" if self.venue else "venues"
        return "month" if self.by == "date" else "earliest"

    @property
    def tabs(self) -> list[tuple[str | Promise, str, bool]]:
        """Label, URL and whether it is this one."""
        return [(self._label(way, label), self.url(by=way), way == self.by) for way, label in WAYS]

    @property
    def back_url(self) -> str:
        """One question back; empty on the first."""
        venue = self.looking.get("venue")
        if self.shows == "times":
            if self.by == "date":
                return self.url(by="date", day=self.day)
            return self.url(by=self.by, venue=venue) if self.by == "venue" else self.url()
        if self.shows == "day":
            return self.url(by="date", month=f"{self.day:%Y-%m}")
        return self.url(by="venue") if self.shows == "month" and self.venue else ""

    def url(self, **query: Any) -> str:
        """This page at another point of the search."""
        given = {name: str(value) for name, value in query.items() if value}
        return f"{self.here}?{urlencode(given)}" if given else self.here

    @cached_property
    def earliest(self) -> list[PlaceLine]:
        """The first free times anywhere; for a second dose, those that fit the first."""
        found = self.proposed or self.offer.earliest(EARLIEST_SHOWN, self._within)
        return [self._line(place) for place in found]

    @cached_property
    def venues(self) -> list[VenueChoice]:
        """Every venue with its mark and its first free day."""
        found = [
            VenueChoice(venue, MARKS[level], self.url(by="venue", venue=venue_id), first)
            for venue_id, (level, first) in self.offer.venues(self.wanted).items()
            if (venue := self._venue(venue_id))
        ]
        return sorted(found, key=lambda one: (one.first_day or date.max, one.venue.venue_id))

    @cached_property
    def month(self) -> MonthPage:
        """The month looked at, each day with its mark."""
        days = self.offer.days(self._within)
        shown = self._month_shown(days)
        before, after = _month_before(shown), _month_after(shown)
        marks = {day: MARKS[level] for day, level in days.items()}
        free = [day for day, level in days.items() if level in {Level.MANY, Level.FEW}]
        return month_page(
            year=shown.year,
            month=shown.month,
            marks=marks,
            urls={day: self._day_url(day) for day in free},
            earlier_url=self._month_url(before) if any(d < shown for d in days) else "",
            later_url=self._month_url(after) if any(d >= after for d in days) else "",
        )

    @cached_property
    def venues_that_day(self) -> list[VenueChoice]:
        """The venues open on the day looked at."""
        assert self.day
        found = [self._choice_of(group) for group in self.offer.on(self.day, self.wanted)]
        return [one for one in found if one]

    @cached_property
    def times(self) -> list[tuple[str | Promise, list[PlaceLine]]]:
        """The times of the day and venue looked at, morning and afternoon apart."""
        assert self.day
        groups = self.offer.on(self.day, self._within)
        lines = [self._line(place) for group in groups for place in group.places]
        lines.sort(key=lambda line: line.starts_at)
        halves = (
            (gettext_lazy("午前"), [line for line in lines if line.starts_at < NOON]),
            (gettext_lazy("午後"), [line for line in lines if line.starts_at >= NOON]),
        )
        return [(label, found) for label, found in halves if found]

    def line(self, place: Place) -> PlaceLine:
        """One place in words."""
        return self._line(place)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is free."""
        return not self.proposed and not self.offer.earliest(1, self.wanted)

    @property
    def _within(self) -> Wanted:
        venue = self.venue.venue_id if self.venue else None
        return replace(self.wanted, venue_id=venue)

    def _venue(self, venue_id: int | None) -> VenueWords | None:
        line = self.offer.picture.venues.get(venue_id) if venue_id else None
        return VenueWords(line) if line else None

    def _line(self, place: Place) -> PlaceLine:
        venue = self._venue(place.venue_id)
        assert venue is not None
        after = (place.day - self.first.day).days if self.first else None
        return PlaceLine(place, venue, self._times_url(place.day, place.venue_id), after)

    def _label(self, way: str, label: str | Promise) -> str | Promise:
        return gettext_lazy("おすすめ") if way == "earliest" and self.proposed else label

    def _choice_of(self, group: Group) -> VenueChoice | None:
        venue = self._venue(group.venue_id)
        if venue is None:
            return None
        first = group.first_free
        url = self._times_url(group.day, group.venue_id) if first else ""
        return VenueChoice(
            venue, MARKS[group.level], url, group.day, first.starts_at if first else None
        )

    def _times_url(self, day: date, venue_id: int) -> str:
        return self.url(by=self.by, day=day, venue=venue_id)

    def _day_url(self, day: date) -> str:
        return self.url(by=self.by, day=day, venue=self.looking.get("venue"))

    def _month_url(self, first: date) -> str:
        return self.url(by=self.by, month=f"{first:%Y-%m}", venue=self.looking.get("venue"))

    def _month_shown(self, days: Mapping[date, Level]) -> date:
        if self.looking.get("month"):
            year, month = self.looking["month"].split("-")
            return date(int(year), int(month), 1)
        free = (day for day, level in days.items() if level in {Level.MANY, Level.FEW})
        return next(free, localdate(self.at)).replace(day=1)


def _month_after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)
