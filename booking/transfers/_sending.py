"""Send: people are moved and told, each in one transaction, each once (振替と連絡).

The state of a line, the move and the promise to tell are one commit: whoever dies in between has
done nothing, and the next worker does it.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from booking import reservations, transfer_messages
from booking.models import Reservation, Resident, Transfer, TransferEvent, TransferLine
from booking.transfers import _events
from booking.transfers._beginning import find
from booking.transfers._proposing import standing_of
from booking.transfers._refusals import NotClosed, WrongState
from notifications import outbox
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from venues import slots
from venues.slot_facts import facts

log = logging.getLogger(__name__)
State, What = TransferLine.State, TransferEvent.What


def send(*, transfer: Transfer, shown: int, by: Staff, at: datetime) -> Transfer:
    """Decide that it is done: from here on it cannot be undone. The worker does the rest."""
    with municipality_atomic():
        row = Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)
        if row.state != Transfer.State.PROPOSED or row.version != shown:
            raise WrongState
        if is_open_again(row):
            raise NotClosed
        row.state, row.version = Transfer.State.SENDING, row.version + 1
        row.ended_by, row.ended_at = by, at
        row.save(update_fields=["state", "version", "ended_by", "ended_at"])
        count = _to_send(row.pk).count()
        _events.record(row, What.SENT, count=count, by=by, at=at)
    return row


def is_open_again(transfer: Transfer) -> bool:
    """Whether bookings are taken there again: then nobody has to go elsewhere."""
    row = Transfer.objects.select_related("opening", "slot").get(pk=transfer.pk)
    return row.opening.is_open and (row.slot is None or row.slot.is_open)


def deliver(*, transfer_id: UUID, at: datetime) -> int:
    """Move and tell everybody who is left; how many were settled. Run again, it goes on."""
    transfer = find(transfer_id)
    if transfer is None or transfer.state != Transfer.State.SENDING:
        return 0
    left = _to_send(transfer.pk).order_by("former_slot__starts_at", "pk")
    settled = sum(
        _deliver_one(pk, transfer, at=at) for pk in list(left.values_list("pk", flat=True))
    )
    _conclude(transfer, at=at)
    return settled


def _deliver_one(line_id: UUID, transfer: Transfer, *, at: datetime) -> bool:
    try:
        with municipality_atomic():
            line = _in_hand(line_id)
            if line is None:
                return False
            _settle(line, transfer, at=at)
    except Exception:  # the others go on; this one is tried again by the sweep
        log.exception("a person was not moved", extra={"municipality": current().code})
        return False
    return True


def _in_hand(line_id: UUID) -> TransferLine | None:
    """The line, ours until the commit; then the person, before any place is locked."""
    rows = TransferLine.objects.select_for_update(
        no_key=True, skip_locked=True, of=("self",)
    ).filter(pk=line_id, state__in=TransferLine.TO_SEND)
    line = rows.select_related("reservation").first()
    if line is None:
        return None
    list(
        Resident.objects.select_for_update(no_key=True)
        .filter(pk=line.reservation.resident_id)
        .values_list("pk")
    )
    line.reservation.refresh_from_db()
    return line


def _settle(line: TransferLine, transfer: Transfer, *, at: datetime) -> None:
    by = transfer.ended_by
    state = standing_of(line)
    if state is None and line.state == State.PROPOSED:
        state = _move(line, by=by, at=at)
    slots.release(holder_id=line.pk, by=by, at=at)  # nothing where the place was taken
    if state is None:
        state = _call(line, at=at)
    if state != State.MOVED:
        line.bucket = None
    _events.settle(line, state, why=line.why, at=at)
    _events.record(transfer, What(state), line=line, by=by, at=at)


def _move(line: TransferLine, *, by: Staff | None, at: datetime) -> TransferLine.State | None:
    """Moved; or None where the place or the rule is against it by now: then somebody telephones."""
    assert line.bucket_id is not None
    try:
        reservations.transfer(
            reservation=line.reservation, bucket_id=line.bucket_id, holder_id=line.pk, by=by, at=at
        )
    except reservations.Refused as refusal:
        line.why = refusal.code[:20]
        return None
    return State.MOVED


def _call(line: TransferLine, *, at: datetime) -> TransferLine.State:
    """To be telephoned; or left alone where the person acted since we looked."""
    if (state := _standing_for_good(line)) is not None:
        line.why = ""
        return state
    row = line.reservation
    outbox.supersede(reference=row.pk, at=at)
    place = facts(row.bucket_id)
    outbox.enqueue_all([transfer_messages.owed_by_telephone(row, place, at=at)])
    return State.TO_CALL


def _standing_for_good(line: TransferLine) -> TransferLine.State | None:
    """As standing_of, with the reservation locked until the commit: a cancellation waits for no
    resident, so it may have ended since. The row is locked last, after every place.
    """
    list(
        Reservation.objects.select_for_update(no_key=True)
        .filter(pk=line.reservation_id)
        .values_list("pk")
    )
    line.reservation.refresh_from_db()
    return standing_of(line)


def _conclude(transfer: Transfer, *, at: datetime) -> None:
    with municipality_atomic():
        row = Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)
        if row.state != Transfer.State.SENDING or _to_send(row.pk).exists():
            return
        row.state, row.version = Transfer.State.SENT, row.version + 1
        row.save(update_fields=["state", "version"])
        count = TransferLine.objects.filter(transfer=row, state=State.MOVED).count()
        _events.record(row, What.FINISHED, count=count, by=row.ended_by, at=at)


def _to_send(transfer_id: UUID) -> QuerySet[TransferLine]:
    return TransferLine.objects.filter(transfer_id=transfer_id, state__in=TransferLine.TO_SEND)
