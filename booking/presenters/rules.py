"""The rules of booking as the ward officer's page says them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from booking.models import PriorityGroup, VaccineCourse
from booking.presenters.groups import born_words
from booking.rule_changes import SWITCHES, Rules
from shared.templatetags.words import day
from tenancy import history
from venues.models import Channel


@dataclass(frozen=True)
class Switch:
    """One channel's stop switch."""

    channel: Channel
    is_stopped: bool

    @property
    def state(self) -> str | Promise:
        """Whether bookings are taken."""
        return _("停止中") if self.is_stopped else _("受付中")

    @property
    def tone(self) -> str:
        """The tone of the state."""
        return "negative" if self.is_stopped else "positive"


@dataclass(frozen=True)
class GroupRow:
    """A priority group in the list."""

    group: PriorityGroup
    at: datetime

    @property
    def born(self) -> str | Promise:
        """Whom it holds."""
        words = born_words(self.group.born_from, self.group.born_until)
        return words or _("すべての生年月日")

    @property
    def state(self) -> str | Promise:
        """Whether it may book yet."""
        if self.group.is_external:
            return _("ここでは予約しない")
        return _("受付中") if self.group.bookable_from <= self.at else _("受付開始前")

    @property
    def tone(self) -> str:
        """The tone of the state."""
        if self.group.is_external:
            return "neutral"
        return "positive" if self.group.bookable_from <= self.at else "info"


@dataclass(frozen=True)
class CourseRow:
    """A vaccine's rules in the list."""

    course: VaccineCourse
    is_newest: bool
    at: datetime

    @property
    def state(self) -> str | Promise:
        """Whether it is applied."""
        if self.course.effective_from > localdate(self.at):
            return _("これから適用")
        return _("適用中") if self.is_newest else _("適用終了")

    @property
    def tone(self) -> str:
        """The tone of the state."""
        if self.course.effective_from > localdate(self.at):
            return "info"
        return "positive" if self.is_newest else "neutral"


def page_of(found: Rules, *, at: datetime) -> dict[str, Any]:
    """The page's facts."""
    return {
        "rules": found.rules,
        "switches": [
            Switch(channel, bool(getattr(found.rules, name))) for channel, name in SWITCHES.items()
        ],
        "groups": [GroupRow(one, at) for one in found.groups],
        "courses": _courses(found.courses, at),
        "without_course": found.without_course,
        "change_rules": found.changes,
        "changes": history.changes_among(
            [found.rules, *found.groups, *found.courses, *(one for one in found.changes if one.pk)],
            limit=20,
        ),
    }


def _courses(courses: list[VaccineCourse], at: datetime) -> list[CourseRow]:
    """In order of vaccine, the newest first; the first in force is the one that applies."""
    applied: set[tuple[int, int]] = set()
    rows = []
    for one in courses:
        in_force = one.effective_from <= localdate(at)
        whose = (one.programme_id, one.vaccine_id)
        is_newest = in_force and whose not in applied
        if in_force:
            applied.add(whose)
        rows.append(CourseRow(one, is_newest, at))
    return rows


def terms_of(course: VaccineCourse) -> list[tuple[str | Promise, str]]:
    """A rule that can no longer be changed, to be read."""
    return [
        (_("事業"), course.programme.said),
        (_("ワクチン"), str(course.vaccine)),
        (_("適用開始日"), day(course.effective_from)),
        (_("接種回数"), str(course.doses)),
        (_("次の接種まで（最短日数）"), str(course.earliest_days)),
        (_("次の接種まで（標準日数）"), str(course.standard_days)),
        (_("次の接種まで（最長日数）"), str(course.latest_days or "－")),
        (_("対象年齢（歳以上）"), str(course.minimum_age)),
        (_("根拠（手引きの名称と版）"), course.guideline),
    ]
