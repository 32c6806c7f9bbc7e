"""What the release rules speak of, as plain values (放出計画の用語)."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Row:
    """A row of a plan: from `opens_at` on, this cohort may take these places; None is: all."""

    day_from: date
    day_until: date
    channel: str
    opens_at: datetime
    venue_id: int | None = None
    group_id: int | None = None
    dose_number: int | None = None
    places: int | None = None
    row_id: int = 0

    def covers(self, *, venue_id: int, day: date, channel: str) -> bool:
        """Whether places of this venue, day and channel are meant."""
        return (
            self.channel == channel
            and self.venue_id in {None, venue_id}
            and self.day_from <= day <= self.day_until
        )


@dataclass(frozen=True)
class Count:
    """The places of one channel of an opening."""

    capacity: int
    taken: int
    smallest: int  # the capacity of its smallest slot
    largest: int  # and of its largest

    @property
    def left(self) -> int:
        """How many are free."""
        return self.capacity - self.taken


@dataclass(frozen=True)
class Day:
    """An opening as the rules need it."""

    opening_id: int
    venue_id: int
    venue_name: str
    day: date
    vaccine_id: int
    chairs: int  # lanes times places a lane: the most people a slot can hold
    largest_slot: int  # the most places any slot has, over all channels
    bookable_from: datetime
    bookable_until: datetime
    is_open: bool
    counts: dict[str, Count] = field(default_factory=dict)
    doses_in_stock: int | None = None  # None: nobody has said
    programme_id: int = 0
    only_dose: int | None = None  # the day was opened for this dose

    @property
    def capacity(self) -> int:
        """All places of the day."""
        return sum(one.capacity for one in self.counts.values())


@dataclass(frozen=True)
class Cohort:
    """A priority group as the rules need it."""

    group_id: int
    name: str
    bookable_from: datetime
    is_external: bool = False
    people: int | None = None  # None: not counted yet


@dataclass(frozen=True)
class Course:
    """How the doses of a vaccine follow each other."""

    vaccine_id: int
    vaccine_name: str
    doses: int
    earliest_days: int
    standard_days: int


@dataclass(frozen=True)
class Facts:
    """Everything a plan is looked through with: no clock, no database."""

    announced_at: datetime
    day_from: date
    day_until: date
    rows: tuple[Row, ...]
    days: tuple[Day, ...]
    cohorts: tuple[Cohort, ...]
    courses: tuple[Course, ...]
    at: datetime
    expected_share: int = 70
    armed: tuple[Row, ...] = ()  # rows of other plans that are armed

    def covered(self, row: Row) -> list[Day]:
        """The openings a row speaks of."""
        return [
            day
            for day in self.days
            if row.covers(venue_id=day.venue_id, day=day.day, channel=row.channel)
        ]
