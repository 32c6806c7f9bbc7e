"""The calendar of daily rosters (作成の予定): made, still awaited or missed; and made again by hand."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.timezone import localdate

from exchange import rosters
from exchange.layouts import ROSTER
from exchange.models import Parcel
from exchange.roster_refusals import NobodyServed, NotMissed, NotPermitted
from privacy import alerts
from privacy.alerts import Matter
from privacy.models import Alert
from shared.calendar import TOKYO, day_of
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.models.standing import Stage
from tenancy.permissions import Permission
from tenancy.standings import standing

#: So long after its hour a roster may still be on its way.
GRACE: Final = timedelta(minutes=30)
SHOWN_DAYS: Final = 14
TOLD_DAYS: Final = 7


class How(StrEnum):
    """How a run went."""

    AWAITED = "awaited"
    MADE = "made"
    STUCK = "stuck"
    MISSED = "missed"


@dataclass(frozen=True)
class Run:
    """The daily roster of one day."""

    day: date
    due_at: datetime
    parcel: Parcel | None
    how: How

    @property
    def is_late(self) -> bool:
        """Whether somebody must know."""
        return self.how in {How.STUCK, How.MISSED}


def calendar(*, at: datetime, days: int = SHOWN_DAYS) -> list[Run]:
    """Runs up to tomorrow's roster, the newest first, none before the first that was ever made."""
    newest = localdate(at) + timedelta(days=1)
    made = {
        parcel.base_date: parcel
        for parcel in _scheduled()
        .filter(base_date__lte=newest, base_date__gt=newest - timedelta(days=days))
        .select_related("first_by", "second_by")
    }
    first = _scheduled().order_by("base_date").values_list("base_date", flat=True).first()
    wanted = [newest - timedelta(days=back) for back in range(days)]
    ours = [day for day in wanted if day == newest or (first is not None and day >= first)]
    return [_run(day, made.get(day), at) for day in ours]


def look(*, at: datetime) -> list[Alert]:
    """Raise an alert about each roster that is late; each of them once, however often one looks."""
    if standing().stage == Stage.ENDED or not _scheduled().exists():
        return []
    late = [run for run in calendar(at=at, days=TOLD_DAYS) if run.is_late]
    return [
        alerts.raise_about(
            Matter(Alert.Kind.ROSTER, f"roster {run.day.isoformat()}", 1, usual=0, note=run.how),
            day=day_of(run.due_at),
            at=at,
        )
        for run in late
    ]


def retry(*, day: date, by: Staff, at: datetime) -> Parcel:
    """Make a missed roster now, or take up one that lies unfinished; two people are still needed."""
    if not by.may(Permission.REQUEST_ROSTER):
        raise NotPermitted
    if standing().stage == Stage.ENDED:
        raise NobodyServed
    run = next((run for run in calendar(at=at) if run.day == day and run.is_late), None)
    if run is None or day < localdate(at):
        raise NotMissed
    if run.parcel is not None:
        if run.parcel.state == Parcel.State.REFUSED:
            raise NotMissed
        return run.parcel
    try:
        with municipality_atomic():
            return rosters.begin(day=day, is_scheduled=True, by=by, at=at)
    except IntegrityError as clash:
        if violates(clash, rosters.SCHEDULED_ONCE):
            raise NotMissed from clash
        raise


def _scheduled() -> "QuerySet[Parcel]":
    return Parcel.objects.filter(layout=ROSTER.id, is_scheduled=True)


def _run(day: date, parcel: Parcel | None, at: datetime) -> Run:
    hour = time(standing().roster_hour)
    due_at = datetime.combine(day - timedelta(days=1), hour, TOKYO)
    return Run(day, due_at, parcel, _how(parcel, due_at, at))


def _how(parcel: Parcel | None, due_at: datetime, at: datetime) -> How:
    if parcel is None:
        return How.MISSED if at > due_at + GRACE else How.AWAITED
    if parcel.state == Parcel.State.REFUSED:
        return How.STUCK
    if parcel.state == Parcel.State.BUILDING:
        return How.STUCK if at > parcel.changed_at + GRACE else How.AWAITED
    return How.MADE
