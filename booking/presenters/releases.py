"""Release plans as their pages say them (放出計画の表示)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking import releases
from booking.models import ReleasePlan, ReleaseRow
from booking.releases.findings import Finding
from booking.releases.preview import Sight
from booking.releases.standing import Stand, stands
from shared.templatetags.words import moment, short_day
from tenancy import history
from tenancy.history import Change, Difference

State = ReleasePlan.State
TONES = {State.DRAFT: "neutral", State.ARMED: "positive", State.WITHDRAWN: "negative"}


@dataclass(frozen=True)
class PlanRow:
    """A plan in the list."""

    plan: ReleasePlan

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return TONES[State(self.plan.state)]

    @property
    def days(self) -> str:
        """The days it speaks of."""
        return f"{short_day(self.plan.day_from)}〜{short_day(self.plan.day_until)}"


@dataclass(frozen=True)
class RowLine:
    """A row of a plan in words."""

    row: ReleaseRow
    stand: Stand
    state_of_plan: str
    at: datetime
    findings: tuple[Finding, ...] = ()

    @property
    def venue(self) -> str:
        """Where."""
        return self.row.venue.shown_name if self.row.venue else _("すべての会場")

    @property
    def days(self) -> str:
        """On which days."""
        first, last = short_day(self.row.day_from), short_day(self.row.day_until)
        return first if first == last else f"{first}〜{last}"

    @property
    def who(self) -> str:
        """For whom, and for which dose."""
        group = self.row.group.shown_name if self.row.group else _("すべての区分")
        if self.row.dose_number is None:
            return group
        return _("%(group)s・%(dose)s回目だけ") % {"group": group, "dose": self.row.dose_number}

    @property
    def places(self) -> str:
        """How many a slot."""
        return str(self.row.places) if self.row.places else _("定員すべて")

    @property
    def opens(self) -> str:
        """The moment, with its seconds where there are any."""
        seconds = f"{self.row.opens_at:%S}"
        return moment(self.row.opens_at) + (f":{seconds}" if seconds != "00" else "")

    @property
    def state(self) -> str | Promise:
        """Whether it is open."""
        if self.state_of_plan == State.DRAFT:
            return gettext_lazy("下書き")
        if self.row.opens_at <= self.at and not self._was_stopped:
            return gettext_lazy("開いています")
        return gettext_lazy("閉じたまま") if self._was_stopped else gettext_lazy("開く前")

    @property
    def tone(self) -> str:
        """The tone of the state."""
        if self.state_of_plan == State.DRAFT:
            return "neutral"
        if self._was_stopped:
            return "negative"
        return "positive" if self.row.opens_at <= self.at else "info"

    @property
    def _was_stopped(self) -> bool:
        stopped = self.row.plan.withdrawn_at
        return stopped is not None and self.row.opens_at > stopped


@dataclass(frozen=True)
class SightDay:
    """A day of the preview."""

    day: date
    lines: tuple[Sight, ...]


def list_of(found: list[ReleasePlan], *, at: datetime) -> dict[str, Any]:
    """The list's facts: the plans, and what opens next."""
    ahead = [
        row.opens_at
        for plan in found
        if plan.state == State.ARMED
        for row in plan.rows.all()
        if row.opens_at > at
    ]
    return {"rows": [PlanRow(one) for one in found], "next_at": min(ahead, default=None)}


def page_of(plan: ReleasePlan, *, at: datetime) -> dict[str, Any]:
    """One plan's facts; a draft is looked through anew each time."""
    is_draft = plan.state == State.DRAFT
    found = releases.findings(plan, at=at) if is_draft else []
    counted = stands(plan, at=at)
    lines = [
        RowLine(
            row, counted[row.pk], plan.state, at,
            tuple(one for one in found if one.row_id == row.pk),
        )
        for row in plan.rows.select_related("venue", "group", "plan")
    ]  # fmt: skip
    return {
        "plan": plan,
        "head": PlanRow(plan),
        "lines": lines,
        "findings": found,
        "errors": [one for one in found if one.is_error],
        "warnings": [one for one in found if not one.is_error],
        "is_draft": is_draft,
        "is_armed": plan.state == State.ARMED,
        "at": at,
    }


# What the page says elsewhere, or nobody but us needs.
UNSAID = {
    "version",
    "edited at",
    "edited by",
    "armed at",
    "armed by",
    "withdrawn at",
    "accepted because",
}


def changes_of(plan: ReleasePlan) -> list[Change]:
    """Who did what to the plan, in words."""
    return [replace(one, differences=_said(one)) for one in history.changes_of(plan, limit=20)]


def _said(change: Change) -> tuple[Difference, ...]:
    state = str(gettext_lazy("状態"))
    return tuple(
        replace(one, label=state) if one.label == "state" else one
        for one in change.differences
        if one.label not in UNSAID
    )


def sights_of(found: Iterable[Sight]) -> list[SightDay]:
    """The preview by day."""
    return [SightDay(day, tuple(lines)) for day, lines in groupby(found, key=lambda one: one.day)]
