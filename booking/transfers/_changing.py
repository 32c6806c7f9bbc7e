"""What an officer changes before sending: another place, nobody to be moved, once more (見直し)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from booking.models import Transfer, TransferEvent, TransferLine
from booking.transfers import _events
from booking.transfers._beginning import KEPT
from booking.transfers._finding import Finder, permits, visits_beside
from booking.transfers._proposing import hold, standing_of
from booking.transfers._refusals import PlaceGone, WrongState
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import slots
from venues.models import Hold
from venues.slot_facts import SlotFacts, UnknownBucket, facts

State, What = TransferLine.State, TransferEvent.What
OPEN_TO_CHANGE: Final = (State.PROPOSED, State.NO_PLACE, State.LEFT_OUT)
MOST_CHOICES: Final = 200


def choices(*, line: TransferLine, at: datetime) -> list[tuple[SlotFacts, int]]:
    """The nearest places that the rules permit, the best first, and how many are left."""
    finder = Finder(line.transfer, at=at)
    known = visits_beside([line]).get(line.reservation.resident_id, {})
    found: Iterator[SlotFacts] = islice(finder.suiting(line, known), MOST_CHOICES)
    return [(place, finder.room[place.bucket_id]) for place in found]


def aim(*, line_id: UUID, bucket_id: int, by: Staff, at: datetime) -> None:
    """Propose another place: it is held from now on, and the former one is free again."""
    with municipality_atomic():
        line, transfer = _open(line_id)
        if (state := standing_of(line)) is not None:
            _let_go(line, state, by=by, at=at)
            return
        try:
            place = facts(bucket_id)
        except UnknownBucket as unknown:
            raise PlaceGone from unknown
        known = visits_beside([line]).get(line.reservation.resident_id, {})
        opening = transfer.opening
        is_same = (place.programme_id, place.vaccine_id) == (
            opening.programme_id, opening.vaccine_id,
        )  # fmt: skip
        if not is_same or not permits(line.reservation, place, known, at=at):
            raise PlaceGone
        if not hold(line, place, transfer=transfer, at=at):
            raise PlaceGone
        line.bucket_id = bucket_id
        _events.settle(line, State.PROPOSED, at=at)
        _events.record(transfer, What.AIMED, line=line, by=by, at=at)


def leave_out(*, line_id: UUID, by: Staff, at: datetime) -> None:
    """Move this person nowhere: they become a call task. The held place is free again."""
    with municipality_atomic():
        line, transfer = _open(line_id)
        slots.release(holder_id=line.pk, by=by, at=at)
        line.bucket = None
        _events.settle(line, State.LEFT_OUT, at=at)
        _events.record(transfer, What.LEFT_OUT, line=line, by=by, at=at)


def look_again(*, transfer: Transfer, shown: int, by: Staff, at: datetime) -> int:
    """Keep what is held for another day and look once more for who has no place; how many."""
    with municipality_atomic():
        row = Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)
        if row.state != Transfer.State.PROPOSED or row.version != shown:
            raise WrongState
        row.kept_until, row.version = at + KEPT, row.version + 1
        row.state = Transfer.State.PLANNING
        row.save(update_fields=["kept_until", "version", "state"])
        lines = TransferLine.objects.filter(transfer=row)
        held = list(lines.filter(state=State.PROPOSED).values_list("pk", flat=True))
        slots.prolong(holder_ids=held, until=row.kept_until)
        waiting = lines.filter(pk__in=_without_place(row)).update(
            state=State.WAITING, bucket=None, why="", changed_at=at
        )
        _events.record(row, What.AGAIN, count=waiting, by=by, at=at)
    return waiting


def _without_place(transfer: Transfer) -> list[UUID]:
    """Who has none, and who had one whose hold has run out."""
    lines = TransferLine.objects.filter(transfer=transfer)
    none = set(lines.filter(state=State.NO_PLACE).values_list("pk", flat=True))
    proposed = set(lines.filter(state=State.PROPOSED).values_list("pk", flat=True))
    held = Hold.objects.filter(holder_id__in=proposed, bucket__isnull=False)
    return [*none, *(proposed - set(held.values_list("holder_id", flat=True)))]


def _open(line_id: UUID) -> tuple[TransferLine, Transfer]:
    """The line, ours until the commit; the state of the whole is read after the lock."""
    rows = TransferLine.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "reservation__resident", "former_slot"
    )
    line = rows.filter(pk=line_id).first()
    if line is None or line.state not in OPEN_TO_CHANGE:
        raise WrongState
    transfer = Transfer.objects.select_related("opening", "made_by").get(pk=line.transfer_id)
    if transfer.state != Transfer.State.PROPOSED:
        raise WrongState
    return line, transfer


def _let_go(line: TransferLine, state: str, *, by: Staff, at: datetime) -> None:
    slots.release(holder_id=line.pk, by=by, at=at)
    line.bucket = None
    _events.settle(line, state, at=at)
