"""Rule: the draw itself (抽選). From a seed, applications and places to who gets what.

Nothing else goes in: no clock, no database. The same seed and inputs give the same result, today
and in ten years, so anybody who has them can check it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

PARTS: Final = {"am": (0, 12), "pm": (12, 17), "evening": (17, 24)}


@dataclass(frozen=True)
class Wish:
    """A venue, a day, a part of the day; what is left open fits all."""

    venue_id: int | None = None
    day: date | None = None
    part: str | None = None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Wish":
        """As it is kept."""
        day = kept.get("day")
        return cls(kept.get("venue"), date.fromisoformat(day) if day else None, kept.get("part"))

    def kept(self) -> dict[str, Any]:
        """To be kept."""
        day = self.day.isoformat() if self.day else None
        return {"venue": self.venue_id, "day": day, "part": self.part}


@dataclass(frozen=True)
class Applicant:
    """Who applies, by the application's id, with wishes in order."""

    name: str
    wishes: tuple[Wish, ...]


@dataclass(frozen=True)
class Place:
    """A bucket with so many places left; its time as the venue's clock shows it."""

    bucket_id: int
    venue_id: int
    starts_at: datetime
    places: int

    def fits(self, wish: Wish) -> bool:
        """Whether somebody with this wish would take it."""
        begins, ends = PARTS.get(wish.part or "", (0, 24))
        return (
            wish.venue_id in {None, self.venue_id}
            and wish.day in {None, self.starts_at.date()}
            and begins <= self.starts_at.hour < ends
        )


@dataclass(frozen=True)
class Given:
    """What one applicant got: nothing, or the places of a wish."""

    name: str
    lot: int
    bucket_ids: tuple[int, ...] = ()
    wish_met: int | None = None


@dataclass(frozen=True)
class Interval:
    """The days between two doses; with a pair the second follows as near to the standard as can be."""

    earliest_days: int
    standard_days: int


@dataclass
class Table:
    """The places there are, counted down while they are given."""

    places: list[Place]
    pair: Interval | None = None
    left: dict[int, int] = field(default_factory=dict)
    fitting: dict[Wish, list[Place]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = sorted(self.places, key=lambda one: (one.starts_at, one.bucket_id))
        self.left = {one.bucket_id: one.places for one in self.places}

    def give(self, wish: Wish) -> tuple[int, ...]:
        """The earliest places that fit, taken; nothing where none is left."""
        if wish not in self.fitting:
            self.fitting[wish] = [one for one in self.places if one.fits(wish)]
        rest = self.fitting[wish] = [one for one in self.fitting[wish] if self.left[one.bucket_id]]
        for first in rest:
            second = self._second(first) if self.pair else None
            if self.pair and second is None:
                continue
            taken = (first.bucket_id, *([second.bucket_id] if second else []))
            for bucket_id in taken:
                self.left[bucket_id] -= 1
            return taken
        return ()

    def _second(self, first: Place) -> Place | None:
        """A second dose at the same venue: nearest to the standard day, then to the time of day."""
        assert self.pair is not None
        day = first.starts_at.date()
        earliest = day + timedelta(self.pair.earliest_days)
        wanted = day + timedelta(self.pair.standard_days)
        minutes = _minutes(first)
        able = [
            one
            for one in self.places
            if one.venue_id == first.venue_id
            and one.starts_at.date() >= earliest
            and self.left[one.bucket_id]
        ]
        return min(
            able,
            key=lambda one: (
                abs((one.starts_at.date() - wanted).days),
                abs(_minutes(one) - minutes),
                one.starts_at,
                one.bucket_id,
            ),
            default=None,
        )


def lot(seed: str, name: str) -> int:
    """The lot of one name: nobody can work it out before the seed is known, everybody after."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:7], "big")


def hash_of(seed: str) -> str:
    """What is shown of a seed beforehand."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw(
    *,
    seed: str,
    applicants: Iterable[Applicant],
    places: Iterable[Place],
    pair: Interval | None = None,
) -> list[Given]:
    """Go through the applicants by lot; each gets the first wish that can still be met."""
    table = Table(list(places), pair)
    by_lot = sorted((lot(seed, one.name), one.name, one) for one in applicants)
    found = []
    for drawn, name, one in by_lot:
        given = Given(name, drawn)
        for position, wish in enumerate(one.wishes, start=1):
            if taken := table.give(wish):
                given = Given(name, drawn, taken, position)
                break
        found.append(given)
    return found


def oversold(given: Iterable[Given], places: Iterable[Place]) -> dict[int, int]:
    """Buckets given more often than they have places; none is right."""
    counted: dict[int, int] = defaultdict(int)
    for one in given:
        for bucket_id in one.bucket_ids:
            counted[bucket_id] += 1
    room = {one.bucket_id: one.places for one in places}
    return {pk: count for pk, count in counted.items() if count > room.get(pk, 0)}


def _minutes(place: Place) -> int:
    return place.starts_at.hour * 60 + place.starts_at.minute
