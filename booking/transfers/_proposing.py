"""Propose: a place is held for each line before anybody is shown it (振替先を押さえる).

Each line is a transaction of its own: a worker that dies leaves the rest for the next one.
"""

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from booking.models import Resident, Transfer, TransferEvent, TransferLine, Voucher
from booking.reservations._deciding import DoseVisit
from booking.transfers import _events
from booking.transfers._beginning import find
from booking.transfers._finding import Finder, visits_beside
from tenancy.current import current, municipality_atomic
from venues import slots
from venues.refusals import NotFree
from venues.slot_facts import SlotFacts

log = logging.getLogger(__name__)
State = TransferLine.State
AT_A_TIME: Final = 50
MOST_TRIES: Final = 200


def propose(*, transfer_id: UUID, at: datetime) -> int:
    """Hold a place for each line that waits; how many were settled. Run again, it goes on."""
    transfer = find(transfer_id)
    if transfer is None or transfer.state != Transfer.State.PLANNING:
        return 0
    settled = 0
    waiting = list(
        _waiting(transfer).order_by("former_slot__starts_at", "pk").values_list("pk", flat=True)
    )
    for begin in range(0, len(waiting), AT_A_TIME):
        finder = Finder(transfer, at=at)  # as it is now: others book meanwhile
        lines = _lines(waiting[begin : begin + AT_A_TIME])
        known = visits_beside(lines)
        for line in lines:
            beside = known.get(line.reservation.resident_id, {})
            settled += _propose_one(line.pk, finder, beside)
    _conclude(transfer, at=at)
    return settled


def _propose_one(line_id: UUID, finder: Finder, known: dict[int, DoseVisit]) -> bool:
    try:
        with municipality_atomic():
            line = _in_hand(line_id)
            if line is None:
                return False
            state = standing_of(line)
            if state is not None:
                _events.settle(line, state, at=finder.at)
            elif (place := _hold(line, finder, known)) is not None:
                line.bucket_id = place.bucket_id
                _events.settle(line, State.PROPOSED, at=finder.at)
            else:
                why = "full" if finder.places else "none"
                _events.settle(line, State.NO_PLACE, why=why, at=finder.at)
    except Exception:  # one person's trouble must not keep five hundred waiting
        log.exception("no place proposed", extra={"municipality": current().code})
        _give_up(line_id, at=finder.at)
    return True


def _give_up(line_id: UUID, *, at: datetime) -> None:
    rows = TransferLine.objects.filter(pk=line_id, state=State.WAITING)
    rows.update(state=State.NO_PLACE, why="fault", changed_at=at)


def standing_of(line: TransferLine) -> TransferLine.State | None:
    """Why a line is not the ward's to move: the person acted, or the record must be looked at."""
    row = line.reservation
    if not row.is_live or row.version != line.version:
        return State.CHANGED
    has_voucher = Voucher.objects.filter(resident_id=row.resident_id, is_live=True).exists()
    if row.resident.status_flag != Resident.StatusFlag.NONE or not has_voucher:
        return State.FLAGGED
    return None


def _hold(line: TransferLine, finder: Finder, known: dict[int, DoseVisit]) -> SlotFacts | None:
    for tried, place in enumerate(finder.suiting(line, known)):
        if tried >= MOST_TRIES:
            break
        if hold(line, place, transfer=finder.transfer, at=finder.at):
            finder.took(place)
            return place
        finder.is_full(place)
    return None


def hold(line: TransferLine, place: SlotFacts, *, transfer: Transfer, at: datetime) -> bool:
    """Hold a place under the line's id, in place of what it held before; False where it is gone."""
    try:
        slots.hold(
            holder_id=line.pk,
            wanted={line.reservation.dose_number: place.bucket_id},
            until=min(transfer.kept_until, place.starts_at),
            since=at,
            by=transfer.made_by,
            at=at,
        )
    except NotFree:
        return False
    return True


def _conclude(transfer: Transfer, *, at: datetime) -> None:
    with municipality_atomic():
        row = Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)
        if row.state != Transfer.State.PLANNING or _waiting(row).exists():
            return
        row.state, row.version = Transfer.State.PROPOSED, row.version + 1
        row.save(update_fields=["state", "version"])
        count = TransferLine.objects.filter(transfer=row, state=State.PROPOSED).count()
        _events.record(row, TransferEvent.What.PROPOSED, count=count, by=row.made_by, at=at)


def _in_hand(line_id: UUID) -> TransferLine | None:
    """The line, ours until the commit, where it still waits and nobody has undone the whole."""
    rows = TransferLine.objects.select_for_update(
        no_key=True, skip_locked=True, of=("self",)
    ).select_related("reservation__resident", "former_slot")
    line = rows.filter(pk=line_id, state=State.WAITING).first()
    if line is None:
        return None
    state = Transfer.objects.values_list("state", flat=True).get(pk=line.transfer_id)
    return line if state == Transfer.State.PLANNING else None


def _waiting(transfer: Transfer) -> QuerySet[TransferLine]:
    return TransferLine.objects.filter(transfer=transfer, state=State.WAITING)


def _lines(ids: list[UUID]) -> list[TransferLine]:
    rows = TransferLine.objects.select_related("reservation__resident", "former_slot")
    found = rows.in_bulk(ids)
    return [found[pk] for pk in ids]
