"""Questions about a picture of places: by day, by venue, earliest, second dose (空き枠の問い).

A picture is read from the announced document, so no question here costs a statement.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from venues.levels import Level, best


@dataclass(frozen=True)
class VenueLine:
    """A venue as lists name it."""

    venue_id: int
    name: str
    name_en: str
    address: str
    address_en: str
    step_free: bool


@dataclass(frozen=True)
class VaccineLine:
    """A vaccine as lists name it."""

    vaccine_id: int
    name: str
    name_en: str


@dataclass(frozen=True)
class ProgrammeLine:
    """A programme as lists name it."""

    programme_id: int
    name: str
    name_en: str
    kind: str


class Place(NamedTuple):
    """One bucket of one slot; the counts are known to staff only.

    A tuple, because ten thousand of them are made anew with each announcement.
    """

    bucket_id: int
    slot_id: int
    opening_id: int
    venue_id: int
    vaccine_id: int
    day: date
    starts_at: time
    channel: str
    level: Level
    bookable_from: datetime | None = None
    bookable_until: datetime | None = None
    capacity: int | None = None
    taken: int | None = None
    left: int | None = None
    programme_id: int = 0
    only_dose: int | None = None  # the opening is for this dose

    @property
    def is_free(self) -> bool:
        """Whether somebody could take it at the moment of the picture."""
        return self.level in {Level.MANY, Level.FEW}


@dataclass(frozen=True)
class Choice:
    """What somebody is looking for; None is: any."""

    venue_ids: frozenset[int] | None = None
    vaccine_id: int | None = None
    programme_id: int | None = None
    dose_number: int | None = None
    channel: str | None = None
    channels: frozenset[str] | None = None
    on_or_after: date | None = None
    on_or_before: date | None = None

    def admits(self, place: Place) -> bool:
        """Whether a place is among what is looked for."""
        return (
            (self.venue_ids is None or place.venue_id in self.venue_ids)
            and (self.vaccine_id is None or place.vaccine_id == self.vaccine_id)
            and (self.programme_id is None or place.programme_id == self.programme_id)
            and (self.dose_number is None or place.only_dose in {None, self.dose_number})
            and (self.channel is None or place.channel == self.channel)
            and (self.channels is None or place.channel in self.channels)
            and (self.on_or_after is None or place.day >= self.on_or_after)
            and (self.on_or_before is None or place.day <= self.on_or_before)
        )


ANYTHING = Choice()


@dataclass(frozen=True)
class Picture:
    """All places of a municipality at one moment, in order of day and time."""

    seq: int
    venues: dict[int, VenueLine]
    vaccines: dict[int, VaccineLine]
    places: tuple[Place, ...]
    programmes: dict[int, ProgrammeLine] = field(default_factory=dict)

    @cached_property
    def _by_bucket(self) -> dict[int, Place]:
        return {place.bucket_id: place for place in self.places}

    def find(self, bucket_id: int) -> Place | None:
        """One place."""
        return self._by_bucket.get(bucket_id)

    def among(self, choice: Choice = ANYTHING) -> list[Place]:
        """Every place looked for, free or not."""
        return [place for place in self.places if choice.admits(place)]

    def days(self, choice: Choice = ANYTHING) -> dict[date, Level]:
        """The level of each day on which something is open: what a calendar shows."""
        return _levels((place.day, place.level) for place in self.among(choice))

    def on(self, day: date, choice: Choice = ANYTHING) -> dict[int, list[Place]]:
        """One day's places by venue."""
        found: dict[int, list[Place]] = {}
        for place in self.among(choice):
            if place.day == day:
                found.setdefault(place.venue_id, []).append(place)
        return found

    def at(self, venue_id: int, choice: Choice = ANYTHING) -> dict[date, list[Place]]:
        """One venue's places by day."""
        found: dict[date, list[Place]] = {}
        for place in self.among(choice):
            if place.venue_id == venue_id:
                found.setdefault(place.day, []).append(place)
        return found

    def earliest(self, count: int, choice: Choice = ANYTHING) -> list[Place]:
        """The first free places anywhere, soonest first."""
        free = (place for place in self.places if place.is_free and choice.admits(place))
        return [place for place, _ in zip(free, range(count), strict=False)]

    def venues_by_level(self, choice: Choice = ANYTHING) -> dict[int, Level]:
        """The level of each venue over all its days."""
        return _levels((place.venue_id, place.level) for place in self.among(choice))

    def seconds_for(
        self,
        first: Place,
        *,
        earliest_days: int,
        standard_days: int,
        count: int = 20,
        choice: Choice = ANYTHING,
    ) -> list[Place]:
        """Free places for the dose after `first`: the same vaccine, never before the earliest day.

        The standard interval comes first, then the days nearest to it; on the same day the same
        venue and then the nearest time of day.
        """
        wanted = first.day + timedelta(days=standard_days)
        not_before = first.day + timedelta(days=earliest_days)

        def distance(place: Place) -> tuple[int, bool, int, date, int]:
            return (
                abs((place.day - wanted).days),
                place.venue_id != first.venue_id,
                abs(_minutes(place.starts_at) - _minutes(first.starts_at)),
                place.day,
                place.bucket_id,
            )

        found = [
            place
            for place in self.places
            if place.is_free
            and place.day >= not_before
            and place.vaccine_id == first.vaccine_id
            and place.programme_id == first.programme_id
            and choice.admits(place)
        ]
        return sorted(found, key=distance)[:count]

    def left_by_venue(self, choice: Choice = ANYTHING) -> dict[tuple[int, str], int]:
        """How many open places are left for each venue and channel: staff's picture only."""
        found: dict[tuple[int, str], int] = {}
        for place in self.among(choice):
            key = (place.venue_id, place.channel)
            open_left = (place.left or 0) if place.level != Level.CLOSED else 0
            found[key] = found.get(key, 0) + open_left
        return found


def _levels[Key](pairs: Iterable[tuple[Key, Level]]) -> dict[Key, Level]:
    found: dict[Key, list[Level]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: best(levels) for key, levels in found.items()}


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
