"""Begin: intake stops at once, and everybody who is booked gets a line (受付を止めて始める)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError

from booking import messages
from booking.models import Reservation, Transfer, TransferEvent, TransferLine
from booking.transfers import _events
from booking.transfers._refusals import DayOver, NothingToMove, OneIsOpen
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import openings, slots
from venues.models import Bucket, Opening, Slot

KEPT: Final = timedelta(hours=24)


@dataclass(frozen=True)
class TransferWish:
    """How near the other places shall be: first the venue or the day, so many days, so much notice."""

    prefer: str = Transfer.Prefer.VENUE
    days_around: int = 14
    notice_hours: int = 24


def begin(
    *,
    opening: Opening,
    slot: Slot | None = None,
    wish: TransferWish,
    reason: str,
    by: Staff,
    at: datetime,
) -> Transfer:
    """Close the day, or one slot of it, and write a line for each live reservation, in one commit.

    Who booked before is on the list, and nobody follows. What was closed already stays closed.
    """
    _check_time(opening, slot, at=at)
    try:
        with municipality_atomic():
            closed_here = _close(opening, slot, reason=reason, by=by, at=at)
            # The closing locks the buckets: every claim before it has committed.
            slots.lock(bucket_ids=_buckets(opening, slot))
            found = _live(opening, slot)
            if not found:
                raise NothingToMove
            made = Transfer.objects.create(
                opening=opening, slot=slot, prefer=wish.prefer, days_around=wish.days_around,
                notice_hours=wish.notice_hours, closed_here=closed_here, reason=reason,
                kept_until=at + KEPT, made_by=by, made_at=at,
            )  # fmt: skip
            TransferLine.objects.bulk_create(
                [_line(made, one, at=at) for one in found], batch_size=500
            )
            _events.record(
                made, TransferEvent.What.BEGUN, count=len(found), reason=reason, by=by, at=at
            )
    except IntegrityError as clash:
        if violates(clash, "transfer_one_open"):
            raise OneIsOpen from clash
        raise
    return made


def find(pk: UUID) -> Transfer | None:
    """One transfer with its day."""
    rows = Transfer.objects.select_related(
        "opening__venue", "opening__vaccine", "slot", "made_by", "ended_by"
    )
    return rows.filter(pk=pk).first()


def _close(opening: Opening, slot: Slot | None, *, reason: str, by: Staff, at: datetime) -> bool:
    if slot is None:
        return openings.close_day(opening=opening, reason=reason, by=by, at=at)
    was_open = Slot.objects.select_for_update(no_key=True).get(pk=slot.pk).is_open
    slots.close(slot=slot, reason=reason, by=by, at=at)
    return was_open


def _check_time(opening: Opening, slot: Slot | None, *, at: datetime) -> None:
    if slot is not None:
        begins = [slot.starts_at]
    else:
        begins = list(opening.slots.values_list("starts_at", flat=True))
    if not begins or max(begins) <= at:
        raise DayOver


def _buckets(opening: Opening, slot: Slot | None) -> list[int]:
    rows = Bucket.objects.filter(slot__opening=opening)
    rows = rows.filter(slot=slot) if slot else rows
    return list(rows.values_list("pk", flat=True))


def _live(opening: Opening, slot: Slot | None) -> list[Reservation]:
    rows = Reservation.objects.filter(slot__opening=opening, is_live=True)
    rows = rows.filter(slot=slot) if slot else rows
    return list(rows.select_related("resident", "bucket").order_by("slot__starts_at", "pk"))


def _line(transfer: Transfer, one: Reservation, *, at: datetime) -> TransferLine:
    way = messages.carrier_for(one.resident)
    return TransferLine(
        transfer=transfer, reservation=one, version=one.version, former_slot_id=one.slot_id,
        former_channel=one.bucket.channel, carrier=way[0] if way else "", changed_at=at,
    )  # fmt: skip
