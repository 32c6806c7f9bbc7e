"""Rule: who is given which place (割当て案). From a seed, people and places to a proposal.

Nothing else goes in: no clock, no database. The same seed and inputs give the same proposal.
Cohorts in order, households by lot; a household goes to one slot, or to slots side by side.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from booking.lottery.drawing import Interval, lot

MOST_TOGETHER: Final = 8  # more at one address are a home or a house of flats
type Venues = tuple[int, ...]
ANYWHERE: Final[Venues] = ()


class Person(NamedTuple):
    """Somebody to be given a place, by the id of the line; no venue: any."""

    name: str
    household: int
    cohort: int = 0
    venue_ids: Venues = ANYWHERE


class Place(NamedTuple):
    """A bucket with so many places left; its time as the venue's clock shows it."""

    bucket_id: int
    venue_id: int
    starts_at: datetime
    places: int
    only_dose: int | None = None

    def takes(self, dose: int) -> bool:
        """Whether the day was opened for this dose too."""
        return self.only_dose in {None, dose}


class Proposal(NamedTuple):
    """The place of each dose, or a code why there is none."""

    name: str
    bucket_ids: tuple[int, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Terms:
    """What the plan says: the first dose, the interval of a pair, whether people go elsewhere."""

    dose: int = 1
    pair: Interval | None = None
    goes_elsewhere: bool = False


@dataclass
class Table:
    """The places there are, counted down while they are given."""

    places: list[Place]
    terms: Terms
    left: dict[int, int] = field(default_factory=dict)
    _firsts: dict[Venues, list[Place]] = field(default_factory=dict)
    _seconds: dict[int, dict[date, list[Place]]] = field(default_factory=dict)
    _from: dict[tuple[Venues, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = sorted(self.places, key=lambda one: (one.starts_at, one.bucket_id))
        self.left = {one.bucket_id: one.places for one in self.places}
        for one in self.places:
            if one.takes(self.terms.dose + 1):
                days = self._seconds.setdefault(one.venue_id, {})
                days.setdefault(one.starts_at.date(), []).append(one)

    def take(self, venues: Venues, people: int) -> tuple[int, ...]:
        """The earliest place for so many, with its second dose; nothing where there is none.

        Room only shrinks, so what did not do once is never looked at again.
        """
        rows, position = self._rows(venues), self._from.get((venues, people), 0)
        taken: tuple[int, ...] = ()
        while position < len(rows) and not (taken := self._try(rows[position], people)):
            position += 1
        self._from[venues, people] = position
        for bucket_id in taken:
            self.left[bucket_id] -= people
        return taken

    def has_room(self, venues: Venues) -> bool:
        """Whether a first dose could be given there at all."""
        return any(self.left[one.bucket_id] for one in self._rows(venues))

    def _rows(self, venues: Venues) -> list[Place]:
        if venues not in self._firsts:
            self._firsts[venues] = [
                one
                for one in self.places
                if one.takes(self.terms.dose) and (not venues or one.venue_id in venues)
            ]
        return self._firsts[venues]

    def _try(self, first: Place, people: int) -> tuple[int, ...]:
        if self.left[first.bucket_id] < people:
            return ()
        if self.terms.pair is None:
            return (first.bucket_id,)
        second = self._second(first, people, self.terms.pair)
        return (first.bucket_id, second) if second is not None else ()

    def _second(self, first: Place, people: int, pair: Interval) -> int | None:
        """The same venue, nearest to the standard day, then to the time of day."""
        day = first.starts_at.date()
        earliest, wanted = (day + timedelta(n) for n in (pair.earliest_days, pair.standard_days))
        days = self._seconds.get(first.venue_id, {})
        able = (one for one in days if one >= earliest)
        for one in sorted(able, key=lambda one: (abs((one - wanted).days), one)):
            rows = [row for row in days[one] if self.left[row.bucket_id] >= people]
            if rows:
                return min(rows, key=lambda row: _apart(row, first)).bucket_id
        return None


def propose(
    *, seed: str, people: Iterable[Person], places: Iterable[Place], terms: Terms
) -> list[Proposal]:
    """Everybody's proposal, each person once; who gets nothing gets a code why."""
    table = Table(list(places), terms)
    found: list[Proposal] = []
    for residents in _in_turn(seed, people):
        found += _place(residents, table)
    return found


def districts(venues: Mapping[int, Iterable[str]], postal_code: str) -> Venues:
    """The venues of a postal code: those that name its longest beginning, else those naming none."""
    named = {
        pk: max((len(one) for one in starts if postal_code.startswith(one)), default=0)
        for pk, starts in venues.items()
    }
    best = max(named.values(), default=0)
    if best:
        return tuple(sorted(pk for pk, length in named.items() if length == best))
    return tuple(sorted(pk for pk, starts in venues.items() if not tuple(starts)))


def oversold(given: Iterable[Proposal], places: Iterable[Place]) -> dict[int, int]:
    """Buckets proposed more often than they have places; none is right."""
    counted: dict[int, int] = {}
    for one in given:
        for bucket_id in one.bucket_ids:
            counted[bucket_id] = counted.get(bucket_id, 0) + 1
    room = {one.bucket_id: one.places for one in places}
    return {pk: count for pk, count in counted.items() if count > room.get(pk, 0)}


def _in_turn(seed: str, people: Iterable[Person]) -> Iterator[list[Person]]:
    """Households in the order of their first cohort, then by lot; the large ones in parts.

    Who lives together but belongs to another district's venue goes by themselves.
    """
    homes: dict[tuple[int, Venues], list[Person]] = {}
    for one in people:
        homes.setdefault((one.household, one.venue_ids), []).append(one)
    keyed = sorted(
        (min(one.cohort for one in residents), lot(seed, str(home)), home, venues)
        for (home, venues), residents in homes.items()
    )
    for _cohort, _lot, home, venues in keyed:
        residents = sorted(homes[home, venues], key=lambda one: (one.cohort, one.name))
        for start in range(0, len(residents), MOST_TOGETHER):
            yield residents[start : start + MOST_TOGETHER]


def _place(residents: list[Person], table: Table) -> Iterator[Proposal]:
    """All in one place; else as many together as fit; near home first, then elsewhere."""
    home, waiting = residents[0].venue_ids, list(residents)
    for venues in dict.fromkeys([home, ANYWHERE] if table.terms.goes_elsewhere else [home]):
        size = len(waiting)
        while waiting and size:
            size = min(size, len(waiting))
            if taken := table.take(venues, size):
                yield from (Proposal(one.name, taken) for one in waiting[:size])
                waiting = waiting[size:]
            else:
                size -= 1
    why = _why(home, table) if waiting else ""
    yield from (Proposal(one.name, why=why) for one in waiting)


def _why(home: Venues, table: Table) -> str:
    reach = ANYWHERE if table.terms.goes_elsewhere else home
    if table.terms.pair and table.has_room(reach):
        return "no_second"
    return "full_near" if home and not table.terms.goes_elsewhere else "full"


def _apart(one: Place, other: Place) -> tuple[int, datetime, int]:
    return abs(_minutes(one) - _minutes(other)), one.starts_at, one.bucket_id


def _minutes(place: Place) -> int:
    return place.starts_at.hour * 60 + place.starts_at.minute
