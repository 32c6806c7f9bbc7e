"""Verbs on an operator's state: ready, on a call, wrapping up, away (着台状況)."""

from datetime import datetime

from callcentre import floor
from callcentre.models import DeskState
from tenancy.current import municipality_atomic
from tenancy.models import Staff


def enter(*, state: DeskState.State, by: Staff, at: datetime) -> DeskState:
    """Begin a new stretch of time; the same state again changes nothing."""
    with municipality_atomic():
        now = DeskState.objects.select_for_update().filter(staff=by, until__isnull=True).first()
        if now is not None and now.state == state:
            return now
        if now is not None:
            now.until = max(at, now.since)
            now.save(update_fields=["until"])
        made = DeskState.objects.create(staff=by, state=state, since=at)
        floor.changed()
    return made


def leave(*, by: Staff, at: datetime) -> None:
    """The operator signed out: no state is open any more."""
    with municipality_atomic():
        DeskState.objects.filter(staff=by, until__isnull=True).update(until=at)
        floor.changed()


def now_of(staff: Staff) -> DeskState | None:
    """What somebody is doing now; None where they have not come to their desk."""
    return DeskState.objects.filter(staff=staff, until__isnull=True).first()
