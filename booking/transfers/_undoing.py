"""Undo: every held place goes back, and the day is open as it was before (取りやめ)."""

from datetime import datetime
from uuid import UUID

from booking.models import Transfer, TransferEvent, TransferLine
from booking.transfers import _events
from booking.transfers._refusals import WrongState
from shared.calendar import day_of
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import openings, slots
from venues.models import Bucket, Hold, Opening

BEFORE_SENDING = (Transfer.State.PLANNING, Transfer.State.PROPOSED)


def undo(*, transfer: Transfer, reason: str, by: Staff, at: datetime) -> bool:
    """As if it had never been begun, in one commit; whether bookings are taken there again.

    What was closed before it began stays closed. Nobody was moved and nobody was told.
    """
    with municipality_atomic():
        row = Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)
        if row.state not in BEFORE_SENDING:
            raise WrongState
        row.state, row.version = Transfer.State.UNDONE, row.version + 1
        row.ended_by, row.ended_at = by, at
        row.save(update_fields=["state", "version", "ended_by", "ended_at"])
        # Whoever is proposing a place has its line: after this nobody holds another one.
        lines = list(
            TransferLine.objects.select_for_update(no_key=True)
            .filter(transfer=row).order_by("pk").values_list("pk", flat=True)
        )  # fmt: skip
        _lock(row, lines)
        slots.release_all(holder_ids=lines, by=by, at=at)
        _events.record(
            row, TransferEvent.What.UNDONE, count=len(lines), reason=reason, by=by, at=at
        )
        return _reopen(row, reason=reason, by=by, at=at)


def _lock(transfer: Transfer, lines: list[UUID]) -> None:
    """Day, holds, then all buckets in one order: those of the day and those held elsewhere."""
    day = Opening.objects.select_for_update(no_key=True).filter(pk=transfer.opening_id)
    list(day.values_list("pk"))
    held = Hold.objects.select_for_update(no_key=True).filter(
        holder_id__in=lines, bucket_id__isnull=False
    )
    buckets = {pk for pk in held.order_by("pk").values_list("bucket_id", flat=True) if pk}
    own = Bucket.objects.filter(slot__opening_id=transfer.opening_id).values_list("pk", flat=True)
    slots.lock(bucket_ids=sorted({*buckets, *own}))


def _reopen(transfer: Transfer, *, reason: str, by: Staff, at: datetime) -> bool:
    if not transfer.closed_here or transfer.opening.day < day_of(at):
        return False
    if transfer.slot is not None:
        slots.reopen(slot=transfer.slot, reason=reason, by=by, at=at)
        return True
    return openings.reopen_day(opening=transfer.opening, reason=reason, by=by, at=at)
