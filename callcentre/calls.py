"""Verbs on calls: start, read the notice, wrap up, end (通話)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from booking import holds
from callcentre import desk_states, floor
from callcentre.models import Call, DeskState, Lease
from callcentre.refusals import AlreadyOnCall, NoSuchCall, NotLive, StillLive
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.standings import standing


def start(
    *,
    direction: Call.Direction = Call.Direction.INBOUND,
    caller_number: str | None = None,
    message_id: UUID | None = None,
    follows: Call | None = None,
    by: Staff,
    at: datetime,
) -> Call:
    """Begin a call by hand; an operator has one at a time."""
    call = Call(
        operator=by, direction=direction, caller_number=caller_number, message_id=message_id,
        follows=follows, started_at=at,
    )  # fmt: skip
    try:
        with municipality_atomic():
            call.save(force_insert=True)
            desk_states.enter(state=DeskState.State.ON_CALL, by=by, at=at)
            floor.changed()
    except IntegrityError as clash:
        if violates(clash, "call_one_open_per_operator"):
            raise AlreadyOnCall from clash
        raise
    return call


def read_notice(*, call: Call, by: Staff) -> Call:
    """Keep which version of the purpose notice was read out to the caller (S-135)."""
    with municipality_atomic():
        row = live_call(call_id=call.pk, by=by)
        row.notice_version = standing().purpose_notice_version
        row.save(update_fields=["notice_version"])
    return row


def wrap_up(*, call: Call, by: Staff, at: datetime) -> Call:
    """The caller is gone: nothing more may be changed or held, the note is written."""
    with municipality_atomic():
        row = live_call(call_id=call.pk, by=by)
        row.state, row.wrap_up_at = Call.State.WRAP_UP, at
        row.save(update_fields=["state", "wrap_up_at"])
        leases = Lease.objects.filter(call=row)
        people = list(leases.values_list("resident_id", flat=True))
        leases.delete()
        holds.release_by_staff(resident_ids=people, by=by, at=at)
        desk_states.enter(state=DeskState.State.WRAP_UP, by=by, at=at)
        floor.changed()
    return row


def end(
    *, call: Call, then: DeskState.State = DeskState.State.READY, by: Staff, at: datetime
) -> Call:
    """The note is written: the call is over and the operator is ready again, or away."""
    with municipality_atomic():
        row = wrapping_up(call_id=call.pk, by=by)
        row.state, row.ended_at = Call.State.ENDED, at
        row.save(update_fields=["state", "ended_at"])
        desk_states.enter(state=then, by=by, at=at)
        floor.changed()
    return row


def open_of(staff: Staff) -> Call | None:
    """The call somebody is in or is wrapping up."""
    return Call.objects.filter(operator=staff).exclude(state=Call.State.ENDED).first()


def live_call(*, call_id: UUID, by: Staff) -> Call:
    """One's own live call, locked in the caller's transaction; or a refusal."""
    row = _own(call_id=call_id, by=by)
    if not row.is_live:
        raise NotLive
    return row


def wrapping_up(*, call_id: UUID, by: Staff) -> Call:
    """One's own call in wrap-up, locked in the caller's transaction; or a refusal."""
    row = _own(call_id=call_id, by=by)
    if row.state != Call.State.WRAP_UP:
        raise StillLive
    return row


def _own(*, call_id: UUID, by: Staff) -> Call:
    row = Call.objects.select_for_update().filter(pk=call_id, operator=by).first()
    if row is None or row.state == Call.State.ENDED:
        raise NoSuchCall
    return row
