"""Question: the rules in force, read once and kept for two seconds in each process (決まり)."""

import time
from dataclasses import dataclass, field
from datetime import date

from booking.change_limits import Terms
from booking.eligibility import Group, Release
from booking.models import (
    BookingRules,
    ChangeRules,
    PriorityGroup,
    ProgrammeRule,
    ReleasePlan,
    ReleaseRow,
    VaccineCourse,
)
from booking.pairing import MakerRule, PairRule, Unanswered
from tenancy.current import current
from tenancy.models import Standing
from tenancy.standings import standing
from venues.models import Programme, Vaccine

KEPT_SECONDS = 2
MOST_LINES = 2_000


@dataclass(frozen=True)
class Course:
    """The rules of one vaccine from a day on."""

    vaccine_id: int
    effective_from: date
    doses: int
    earliest_days: int
    standard_days: int
    minimum_age: int
    programme_id: int = 0
    latest_days: int | None = None


@dataclass(frozen=True)
class ProgrammeTerms:
    """What a programme says of its doses on a day."""

    is_open: bool = True
    pair_rule: str = PairRule.EACH
    maker_rule: str = MakerRule.SAME_VACCINE
    unanswered: str = Unanswered.KEEP


@dataclass(frozen=True)
class RuleLine:
    """The rules of a programme from a day on."""

    programme_id: int
    effective_from: date
    pair_rule: str
    maker_rule: str
    unanswered: str = Unanswered.KEEP


class NoCourse(LookupError):
    """The vaccine has no rules in force on that day, so nobody can be booked for it."""


@dataclass(frozen=True)
class ReleaseLine:
    """A row of a plan that was armed, and what it says of the places it covers."""

    venue_id: int | None
    day_from: date
    day_until: date
    channel: str
    release: Release
    programme_id: int = 0

    def covers(self, venue_id: int, day: date, channel: str, programme_id: int) -> bool:
        """Whether places of this venue, day, channel and programme are meant."""
        return (
            self.channel == channel
            and self.programme_id == programme_id
            and self.venue_id in {None, venue_id}
            and self.day_from <= day <= self.day_until
        )


@dataclass(frozen=True)
class Rulebook:
    """Everything the ward set that a booking depends on."""

    rules: BookingRules
    groups: tuple[Group, ...]
    courses: tuple[Course, ...]
    standing: Standing
    release_lines: tuple[ReleaseLine, ...] = ()
    programmes: tuple[Programme, ...] = ()
    rule_lines: tuple[RuleLine, ...] = ()
    makers: dict[int, str] = field(default_factory=dict)
    changes: dict[int, ChangeRules] = field(default_factory=dict)
    _releases: dict[tuple[int, date, str, int], tuple[Release, ...]] = field(default_factory=dict)

    def releases(
        self, venue_id: int, day: date, channel: str, *, programme_id: int
    ) -> tuple[Release, ...]:
        """What plans say of a venue's day by this channel; nothing where no plan speaks of it."""
        if not self.release_lines:
            return ()
        key = (venue_id, day, channel, programme_id)
        if key not in self._releases:
            self._releases[key] = tuple(
                line.release for line in self.release_lines if line.covers(*key)
            )
        return self._releases[key]

    def course(self, vaccine_id: int, day: date, programme_id: int) -> Course:
        """The newest rules of a programme's vaccine in force on a day; raises NoCourse."""
        found = [
            one
            for one in self.courses
            if one.vaccine_id == vaccine_id
            and one.programme_id == programme_id
            and one.effective_from <= day
        ]
        if not found:
            raise NoCourse(vaccine_id)
        return max(found, key=lambda course: course.effective_from)

    def terms(self, programme_id: int, day: date) -> ProgrammeTerms:
        """What a programme says on a day; without rules of its own, what always held."""
        is_open = all(one.is_open for one in self.programmes if one.pk == programme_id)
        found = [
            one
            for one in self.rule_lines
            if one.programme_id == programme_id and one.effective_from <= day
        ]
        if not found:
            return ProgrammeTerms(is_open)
        newest = max(found, key=lambda one: one.effective_from)
        return ProgrammeTerms(is_open, newest.pair_rule, newest.maker_rule, newest.unanswered)

    @property
    def running(self) -> list[Programme]:
        """The programmes that take bookings, in order."""
        return [one for one in self.programmes if one.is_open]

    def change_terms(self, programme_id: int) -> Terms:
        """What a programme allows after booking; what it leaves open is as for all."""
        own, rules = self.changes.get(programme_id), self.rules
        if own is None:
            return Terms(rules.change_until_hours, rules.cancel_until_hours)
        change, cancel = own.change_until_hours, own.cancel_until_hours
        return Terms(
            rules.change_until_hours if change is None else change,
            rules.cancel_until_hours if cancel is None else cancel,
            own.most_moves,
            own.staff_may_pass,
            own.later_dose,
        )

    def youngest(self, day: date) -> int | None:
        """The lowest age anybody may have from this day on, by any vaccine; None without rules."""
        ages = [
            course.minimum_age
            for course in self.courses
            if course.effective_from > day
            or course == self.course(course.vaccine_id, day, course.programme_id)
        ]
        return min(ages, default=None)

    def stopped(self, channel: str) -> bool:
        """Whether the ward has stopped this channel."""
        return self.rules.web_stopped if channel == "web" else self.rules.phone_stopped


_kept: dict[str, tuple[float, Rulebook]] = {}


def rulebook() -> Rulebook:
    """The rules in force for the municipality being served."""
    code, now = current().code, time.monotonic()
    kept = _kept.get(code)
    if kept and kept[0] > now:
        return kept[1]
    book = _read()
    _kept[code] = (now + KEPT_SECONDS, book)
    return book


def forget_kept() -> None:
    """Drop what this process keeps: after a rule was changed here."""
    _kept.clear()


def booking_rules() -> BookingRules:
    """The ward's one row of rules; made with its defaults when first asked for."""
    found = BookingRules.objects.filter(pk=1).first()
    if found is None:
        BookingRules.objects.get_or_create(pk=1)
        found = BookingRules.objects.get(pk=1)  # as the database gives it: times, not words
    return found


def _read() -> Rulebook:
    groups = tuple(
        Group(
            row.name, row.born_from, row.born_until, row.bookable_from, row.is_external,
            row.name_en, row.pk,
        )
        for row in PriorityGroup.objects.all()
    )  # fmt: skip
    courses = tuple(
        Course(
            row.vaccine_id, row.effective_from, row.doses, row.earliest_days, row.standard_days,
            row.minimum_age, row.programme_id, row.latest_days,
        )
        for row in VaccineCourse.objects.all()
    )  # fmt: skip
    rule_lines = tuple(
        RuleLine(
            row.programme_id, row.effective_from, row.pair_rule, row.maker_rule, row.unanswered
        )
        for row in ProgrammeRule.objects.all()
    )
    return Rulebook(
        booking_rules(), groups, courses, standing(), _release_lines(),
        tuple(Programme.objects.all()), rule_lines,
        dict(Vaccine.objects.values_list("pk", "maker")),
        {row.programme_id: row for row in ChangeRules.objects.all()},
    )  # fmt: skip


def _release_lines() -> tuple[ReleaseLine, ...]:
    """What was armed and still lies ahead; rows that were withdrawn stay closed."""
    withdrawn = ReleasePlan.State.WITHDRAWN
    rows = ReleaseRow.objects.exclude(plan__state=ReleasePlan.State.DRAFT).select_related("plan")
    return tuple(
        ReleaseLine(
            row.venue_id, row.day_from, row.day_until, row.channel,
            Release(
                row.group_id,
                row.dose_number,
                None if row.plan.state == withdrawn and _is_later(row) else row.opens_at,
            ),
            row.plan.programme_id,
        )
        for row in rows.order_by("-day_until", "pk")[:MOST_LINES]
    )  # fmt: skip


def _is_later(row: ReleaseRow) -> bool:
    """Whether the plan was withdrawn before the row opened."""
    return row.plan.withdrawn_at is None or row.opens_at > row.plan.withdrawn_at
