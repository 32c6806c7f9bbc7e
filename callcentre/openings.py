"""Verbs on opening a marked record: refuse, ask, let one look happen (見守りの記録を開く).

A mark of the ward (watch_marks) makes a record open with a supervisor only: in her own call, or
when she lets the call of an operator have this one look. Every try is written down and told.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callcentre import floor, watch_marks
from callcentre.models import Call, CallParty
from callcentre.refusals import NotASupervisor, SupervisorNeeded
from privacy import access_log, alerts
from privacy.alerts import Matter
from privacy.models import Alert
from shared.calendar import day_of
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

TRIED: Final = "view_waits"
LOOKS: Final = (
    TRIED, "view", "view_without_call", "call_list", "call_back_number",
)  # fmt: skip
REASONS: Final[dict[str, Promise]] = {
    "on_the_line": _("通話を一緒に聞いている"),
    "talked": _("担当者と相手から話を聞いた"),
    "ward_asked": _("区の依頼による"),
}


def require(*, resident_id: UUID, call: Call | None, by: Staff) -> bool:
    """Whether the record is marked; SupervisorNeeded where `by` may not open it in this call."""
    if not watch_marks.is_on(resident_id):
        return False
    if by.may(Permission.SUPERVISE_CALLS) or (call is not None and _is_let(resident_id, call)):
        return True
    raise SupervisorNeeded


def try_to_see(*, resident_id: UUID | None, why: str, by: Staff, at: datetime) -> None:
    """Outside of a call's card: let a supervisor on, write a refused try down and refuse."""
    if resident_id is None or not watch_marks.is_on(resident_id):
        return
    may = by.may(Permission.SUPERVISE_CALLS)
    with municipality_atomic():
        if not may:
            access_log.record(
                what=TRIED, why=why, resident_id=resident_id, succeeded=False, by=by, at=at
            )
        tell(resident_id=resident_id, is_written=not may, by=by, at=at)
    if not may:
        raise SupervisorNeeded


def ask(*, party: CallParty, by: Staff, at: datetime) -> None:
    """The operator's call waits for a supervisor; the try is written down once in a call."""
    with municipality_atomic():
        row = CallParty.objects.select_for_update().get(pk=party.pk)
        if row.opening_asked_at is not None:
            return
        row.opening_asked_at = at
        row.save(update_fields=["opening_asked_at"])
        access_log.record(
            what=TRIED, resident_id=row.resident_id, call_id=row.call_id, succeeded=False,
            by=by, at=at,
        )  # fmt: skip
        tell(resident_id=row.resident_id, by=by, at=at)
        floor.changed()


def let_see(*, party: CallParty, reason: str, by: Staff, at: datetime) -> CallParty:
    """A supervisor, never the operator of the call, lets this call see this record."""
    with municipality_atomic():
        rows = CallParty.objects.select_related("call").select_for_update(of=["self"])
        row = rows.get(pk=party.pk)
        if not by.may(Permission.SUPERVISE_CALLS) or row.call.operator_id == by.pk:
            raise NotASupervisor
        if row.opened_at is not None:
            return row
        row.opened_by, row.opened_at, row.opening_reason = by, at, reason
        row.save(update_fields=["opened_by", "opened_at", "opening_reason"])
        access_log.record(
            what="view_let", resident_id=row.resident_id, call_id=row.call_id, why=reason,
            by=by, at=at,
        )  # fmt: skip
        floor.changed()
    return row


def waiting() -> list[CallParty]:
    """The live calls that wait for a supervisor to open a record."""
    rows = CallParty.objects.select_related("call__operator").filter(
        opening_asked_at__isnull=False, opened_at__isnull=True, call__state=Call.State.LIVE
    )
    return list(rows.order_by("opening_asked_at"))


def find_waiting(party_id: UUID) -> CallParty | None:
    """One that waits, if it still does."""
    return next((one for one in waiting() if one.pk == party_id), None)


def tell(*, resident_id: UUID, is_written: bool = True, by: Staff, at: datetime) -> None:
    """An alert for every try and every look of one account at one record, more each time."""
    lines = access_log.matching(staff_id=by.pk, resident_id=resident_id, day=day_of(at))
    matter = Matter(
        Alert.Kind.WATCHED,
        f"{by.pk.hex[:19]}-{resident_id.hex[:19]}",
        lines.filter(what__in=LOOKS).count() + (0 if is_written else 1),
        staff_id=by.pk,
        resident_id=resident_id,
    )
    alerts.raise_about(matter, at=at)


def _is_let(resident_id: UUID, call: Call) -> bool:
    rows = CallParty.objects.filter(call=call, resident_id=resident_id)
    return rows.filter(opened_at__isnull=False).exists()
