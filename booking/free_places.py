"""Question: what may this person choose, out of the announced picture (空き枠の検索).

The picture is announced to all; here it is laid out once per announcement by day and venue, so
that a look costs no statement and little time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from booking import eligibility
from booking.pairing import MakerRule, PairRule
from booking.rulebook import Course, NoCourse, Rulebook, rulebook
from shared.calendar import reaches_age_on
from tenancy.current import current
from venues import availability
from venues.levels import Level, best
from venues.models import Channel
from venues.picture import Picture, Place


@dataclass(frozen=True)
class Wanted:
    """Who looks for what: any day, or from and until a day; one vaccine; one venue."""

    born_on: date | None = None
    vaccine_id: int | None = None
    vaccine_ids: frozenset[int] | None = None
    programme_id: int | None = None
    since: date | None = None
    until: date | None = None
    venue_id: int | None = None
    dose_number: int | None = None
    at: datetime | None = None  # without it, plans are not asked


@dataclass(frozen=True)
class Group:
    """The places of one vaccine and programme at one venue on one day."""

    day: date
    venue_id: int
    vaccine_id: int
    places: tuple[Place, ...]
    level: Level
    programme_id: int = 0
    only_dose: int | None = None

    @property
    def first_free(self) -> Place | None:
        """The earliest free time."""
        return next((place for place in self.places if place.is_free), None)


@dataclass(frozen=True)
class Offer:
    """The picture laid out for questions."""

    picture: Picture
    groups: dict[date, list[Group]] = field(default_factory=dict)
    # The pair view, made with the picture: on which days a programme has a vaccine free.
    free_days: dict[tuple[int, int], list[date]] = field(default_factory=dict)

    def find(self, bucket_id: int) -> Place | None:
        """One place, free or not."""
        return self.picture.find(bucket_id)

    def matching(self, wanted: Wanted, days: Sequence[date] | None = None) -> Iterator[Group]:
        """Every group that fits, in order of day; or those of some days."""
        since, released = _since(wanted), _Released(wanted, rulebook())
        for day in self.groups if days is None else days:
            groups = self.groups.get(day, [])
            if wanted.since and day < wanted.since:
                continue
            if wanted.until and day > wanted.until:
                continue
            for group in groups:
                if (
                    wanted.vaccine_id in {None, group.vaccine_id}
                    and (wanted.vaccine_ids is None or group.vaccine_id in wanted.vaccine_ids)
                    and wanted.programme_id in {None, group.programme_id}
                    and _is_for(group, wanted)
                    and wanted.venue_id in {None, group.venue_id}
                    and since(group) <= day
                    and (wanted.dose_number != 1 or self._leads_on(group))
                    and (mine := released(group))
                ):
                    yield mine

    def choosable(self, bucket_id: int, wanted: Wanted) -> Place | None:
        """The place, where it is free and fits."""
        place = self.find(bucket_id)
        return place if place and place.is_free and self.admits(wanted, place) else None

    def admits(self, wanted: Wanted, place: Place) -> bool:
        """Whether a place is among what fits."""
        return any(
            place in group.places for group in self.matching(wanted) if group.day == place.day
        )

    def days(self, wanted: Wanted) -> dict[date, Level]:
        """The best level of each day."""
        found: dict[date, list[Level]] = {}
        for group in self.matching(wanted):
            found.setdefault(group.day, []).append(group.level)
        return {day: best(levels) for day, levels in found.items()}

    def on(self, day: date, wanted: Wanted) -> list[Group]:
        """The groups of one day."""
        return [group for group in self.matching(wanted) if group.day == day]

    def earliest(self, count: int, wanted: Wanted) -> list[Place]:
        """The first free time of each day and venue, soonest first."""
        found: list[Place] = []
        for group in self.matching(wanted):
            place = group.first_free
            if place:
                found.append(place)
            if len(found) >= count * 3:
                break
        return sorted(found, key=lambda one: (one.day, one.starts_at))[:count]

    def venues(self, wanted: Wanted) -> dict[int, tuple[Level, date | None]]:
        """The level of each venue and its first free day."""
        levels: dict[int, list[Level]] = {}
        first: dict[int, date] = {}
        for group in self.matching(wanted):
            levels.setdefault(group.venue_id, []).append(group.level)
            if group.first_free:
                first.setdefault(group.venue_id, group.day)
        return {venue: (best(found), first.get(venue)) for venue, found in levels.items()}

    def seconds(self, first: Place, course: Course, wanted: Wanted, *, count: int) -> list[Place]:
        """Times for the next dose: the standard interval first, same venue and time before others."""
        aim = first.day + timedelta(days=course.standard_days)
        days = {
            day
            for (programme_id, vaccine_id), found in self.free_days.items()
            if programme_id == first.programme_id
            and (wanted.vaccine_ids is None or vaccine_id in wanted.vaccine_ids)
            for day in found
        }
        groups: list[Group] = []
        for day in sorted(days, key=lambda one: (abs((one - aim).days), one)):
            there = [group for group in self.matching(wanted, [day]) if group.first_free]
            groups += sorted(there, key=lambda one: (one.venue_id != first.venue_id, one.venue_id))
            if len(groups) >= count:
                break
        return [_nearest(group, first) for group in groups[:count]]

    def _leads_on(self, group: Group) -> bool:
        """Whether a first dose here can be followed, where a programme books all or none."""
        book = rulebook()
        terms = book.terms(group.programme_id, group.day)
        if terms.pair_rule != PairRule.TOGETHER:
            return True
        course = book.course(group.vaccine_id, group.day, group.programme_id)
        if course.doses == 1:
            return True
        earliest = group.day + timedelta(days=course.earliest_days)
        latest = (
            date.max
            if course.latest_days is None
            else group.day + timedelta(days=course.latest_days)
        )
        return any(
            earliest <= day <= latest
            for (programme_id, vaccine_id), days in self.free_days.items()
            if programme_id == group.programme_id
            and (terms.maker_rule != MakerRule.SAME_VACCINE or vaccine_id == group.vaccine_id)
            for day in days
        )


def offer(*, at: datetime) -> Offer:
    """What is on offer now, at most two seconds behind the announcement."""
    picture = availability.free_places(at=at)
    code = current().code
    kept = _kept.get(code)
    if kept is None or kept.picture is not picture:
        kept = _laid_out(picture)
        _kept[code] = kept
    return kept


def last_day(*, at: datetime) -> date | None:
    """The last day on offer."""
    return next(reversed(offer(at=at).groups), None)


def course_of(place: Place) -> Course | None:
    """The rules of a place's vaccine on its day; None where it cannot be booked."""
    try:
        return rulebook().course(place.vaccine_id, place.day, place.programme_id)
    except NoCourse:
        return None


_kept: dict[str, Offer] = {}


def _laid_out(picture: Picture) -> Offer:
    found: dict[tuple[date, int, int, int, int], list[Place]] = {}
    for place in picture.places:
        key = (
            place.day, place.venue_id, place.vaccine_id, place.programme_id, place.only_dose or 0,
        )  # fmt: skip
        found.setdefault(key, []).append(place)
    made = Offer(picture)
    for (day, venue_id, vaccine_id, programme_id, only_dose), places in sorted(found.items()):
        level = best([place.level for place in places])
        group = Group(
            day, venue_id, vaccine_id, tuple(places), level, programme_id, only_dose or None
        )
        made.groups.setdefault(day, []).append(group)
        if group.first_free and only_dose != 1:
            days = made.free_days.setdefault((programme_id, vaccine_id), [])
            if day not in days[-1:]:
                days.append(day)
    return made


class _Since:
    """From which day on somebody is old enough, per vaccine; asked for each group."""

    def __init__(self, born_on: date | None, book: Rulebook) -> None:
        self.born_on, self.book = born_on, book
        self.kept: dict[tuple[int, int, date], date] = {}

    def __call__(self, group: Group) -> date:
        try:
            course = self.book.course(group.vaccine_id, group.day, group.programme_id)
        except NoCourse:
            return date.max
        if self.born_on is None:
            return date.min
        key = (course.programme_id, course.vaccine_id, course.effective_from)
        if key not in self.kept:
            self.kept[key] = reaches_age_on(self.born_on, age=course.minimum_age)
        return self.kept[key]


class _Released:
    """A group as plans let somebody see it: as it is, closed until later, or not at all."""

    def __init__(self, wanted: Wanted, book: Rulebook) -> None:
        self.wanted, self.book = wanted, book
        born_on = wanted.born_on
        group = eligibility.group_of(book.groups, born_on) if born_on else None
        self.group_id = group.group_id if group else None

    def __call__(self, group: Group) -> Group | None:
        if self.wanted.at is None:
            return group
        releases = self.book.releases(
            group.venue_id, group.day, Channel.WEB, programme_id=group.programme_id
        )
        if not releases:
            return group
        if self.wanted.born_on is None:  # what anybody may see: the first cohort's moment
            releases = tuple(replace(one, group_id=None) for one in releases)
        code, opens_at = eligibility.unreleased(
            releases, self.group_id, self.wanted.dose_number, at=self.wanted.at
        )
        if not code:
            return group
        return _closed(group) if opens_at else None


def _is_for(group: Group, wanted: Wanted) -> bool:
    """Whether the day was opened for this dose; who only looks is shown it all."""
    return None in {group.only_dose, wanted.dose_number} or group.only_dose == wanted.dose_number


def _closed(group: Group) -> Group:
    places = tuple(place._replace(level=Level.CLOSED) for place in group.places)
    return replace(group, places=places, level=Level.CLOSED)


def _since(wanted: Wanted) -> _Since:
    return _Since(wanted.born_on, rulebook())


def _nearest(group: Group, first: Place) -> Place:
    free = [place for place in group.places if place.is_free]
    return min(free, key=lambda one: abs(_minutes(one) - _minutes(first)))


def _minutes(place: Place) -> int:
    return place.starts_at.hour * 60 + place.starts_at.minute
