"""Questions about places as an operator picks them: days by venues, then the times of one day.

All is read from the announced picture; the claim alone is the truth.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from callcentre.shares import SIGNS, shares
from venues.levels import Level, best, level
from venues.models import Channel
from venues.picture import Choice, Picture, Place, VenueLine

DAYS: Final = 14
TOLD_APART: Final = {Channel.PHONE, Channel.WEB}


@dataclass(frozen=True)
class Count:
    """Places left of a capacity, for one channel or for several."""

    left: int = 0
    capacity: int = 0

    def __str__(self) -> str:
        return f"{self.left}/{self.capacity}"

    def __add__(self, other: "Count") -> "Count":
        return Count(self.left + other.left, self.capacity + other.capacity)


@dataclass(frozen=True)
class SlotLine:
    """One slot with the shares an operator may take of."""

    slot_id: int
    venue_id: int
    vaccine_id: int
    day: date
    starts_at: time
    counts: dict[str, Count]
    level: Level
    programme_id: int = 0

    @property
    def both(self) -> Count:
        """What an operator may take: the telephone's share first, then what is lent to it."""
        return sum(self.counts.values(), Count())

    @property
    def phone(self) -> Count:
        """The telephone's share."""
        return self.counts.get(Channel.PHONE, Count())

    @property
    def parts(self) -> str:
        """The telephone's share, and each further one by its sign; the web's is the rest."""
        beside = [one for one in SIGNS if one in self.counts and one not in TOLD_APART]
        if not beside:
            return str(self.phone)
        told = (Channel.PHONE, *beside)
        return " ".join(f"{SIGNS[one]}{self.counts.get(one, Count())}" for one in told)

    @property
    def is_free(self) -> bool:
        """Whether an operator could take a place at the moment of the picture."""
        return self.level in {Level.MANY, Level.FEW}


@dataclass(frozen=True)
class DayCell:
    """One venue on one day."""

    venue_id: int
    day: date
    left: int
    level: Level
    is_chosen: bool = False
    is_allowed: bool = True


@dataclass(frozen=True)
class VenueRow:
    """One venue's line in the table of days."""

    venue: VenueLine
    cells: tuple[DayCell, ...]


@dataclass(frozen=True)
class Wanted:
    """What is being picked: since when, for which vaccine, not before which day."""

    since: date
    vaccine_id: int | None = None
    not_before: date | None = None
    not_after: date | None = None
    programme_id: int | None = None
    dose_number: int | None = None

    def allows(self, day: date) -> bool:
        """Whether the rules of intervals leave this day open."""
        return (self.not_before is None or day >= self.not_before) and (
            self.not_after is None or day <= self.not_after
        )


def slot_lines(places: Iterable[Place]) -> list[SlotLine]:
    """Buckets gathered by slot, in order of time."""
    gathered: dict[int, list[Place]] = {}
    mine = shares()
    for place in places:
        if place.channel in mine:
            gathered.setdefault(place.slot_id, []).append(place)
    return [_line(buckets) for buckets in gathered.values()]


def slots_of(picture: Picture, *, venue_id: int, day: date, wanted: Wanted) -> list[SlotLine]:
    """The times of one venue on one day."""
    choice = _choice(wanted, venue_ids=frozenset({venue_id}))
    return slot_lines(picture.on(day, choice).get(venue_id, []))


def days_by_venue(
    picture: Picture, *, wanted: Wanted, chosen: tuple[int, date] | None = None
) -> tuple[list[date], list[VenueRow]]:
    """Two weeks from a day on: what is left at each venue."""
    days = [wanted.since + timedelta(days=number) for number in range(DAYS)]
    choice = _choice(wanted, on_or_after=days[0], on_or_before=days[-1])
    gathered: dict[tuple[int, date], list[Place]] = {}
    mine = shares()
    for place in picture.among(choice):
        if place.channel in mine:
            gathered.setdefault((place.venue_id, place.day), []).append(place)
    rows = [
        VenueRow(
            venue,
            tuple(
                _cell(gathered.get((venue.venue_id, day), []), venue.venue_id, day, wanted, chosen)
                for day in days
            ),
        )
        for venue in picture.venues.values()
    ]
    return days, rows


def earliest(picture: Picture, *, wanted: Wanted, count: int) -> list[SlotLine]:
    """The soonest free slots, one a venue and day."""
    choice = _choice(
        wanted, on_or_after=wanted.not_before or wanted.since, on_or_before=wanted.not_after
    )
    mine = shares()
    free = [place for place in picture.among(choice) if place.is_free and place.channel in mine]
    return _whole(picture, free, count)


def for_next_dose(
    picture: Picture,
    first: SlotLine,
    *,
    earliest_days: int,
    standard_days: int,
    count: int,
    dose_number: int | None = None,
) -> list[SlotLine]:
    """Free slots for the dose after `first`: same vaccine, nearest to the standard interval."""
    given = next(one for one in picture.places if one.slot_id == first.slot_id)
    found = picture.seconds_for(
        given, earliest_days=earliest_days, standard_days=standard_days, count=count * 30,
        choice=Choice(channels=frozenset(shares()), dose_number=dose_number),
    )  # fmt: skip
    return _whole(picture, found, count)


def find_slot(picture: Picture, slot_id: int) -> SlotLine | None:
    """One slot of the picture."""
    lines = slot_lines(place for place in picture.places if place.slot_id == slot_id)
    return lines[0] if lines else None


def _whole(picture: Picture, places: list[Place], count: int) -> list[SlotLine]:
    # One suggestion a venue and day: the next quarter of an hour is found in the table below.
    first = {(place.venue_id, place.day): place.slot_id for place in reversed(places)}
    soonest = set(first.values())
    order = dict.fromkeys(place.slot_id for place in places)
    wanted = [slot_id for slot_id in order if slot_id in soonest][:count]
    among = [place for place in picture.places if place.slot_id in wanted]
    lines = {line.slot_id: line for line in slot_lines(among)}
    return [lines[slot_id] for slot_id in wanted if slot_id in lines]


def _line(buckets: list[Place]) -> SlotLine:
    first = buckets[0]
    counts: dict[str, Count] = {
        place.channel: Count(_left(place), place.capacity or 0) for place in buckets
    }
    return SlotLine(
        slot_id=first.slot_id,
        venue_id=first.venue_id,
        vaccine_id=first.vaccine_id,
        day=first.day,
        starts_at=first.starts_at,
        counts=counts,
        level=_level(buckets, counts),
        programme_id=first.programme_id,
    )


def _choice(wanted: Wanted, **more: Any) -> Choice:
    return Choice(
        vaccine_id=wanted.vaccine_id, programme_id=wanted.programme_id,
        dose_number=wanted.dose_number, **more,
    )  # fmt: skip


def _level(buckets: list[Place], counts: dict[str, Count]) -> Level:
    """How much an operator may take of all shares together."""
    both = sum(counts.values(), Count())
    is_open = any(place.level != Level.CLOSED for place in buckets)
    return level(capacity=both.capacity, left=both.left, is_open=is_open)


def _cell(
    places: list[Place],
    venue_id: int,
    day: date,
    wanted: Wanted,
    chosen: tuple[int, date] | None,
) -> DayCell:
    return DayCell(
        venue_id=venue_id,
        day=day,
        left=sum(_left(place) for place in places),
        level=best([place.level for place in places]),
        is_chosen=chosen == (venue_id, day),
        is_allowed=wanted.allows(day),
    )


def _left(place: Place) -> int:
    return (place.left or 0) if place.level != Level.CLOSED else 0
