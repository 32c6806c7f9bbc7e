"""Transfer: the ward moves somebody off a closed day, into a place that was held for it (振替)."""

from datetime import datetime
from uuid import UUID

from booking import transfer_messages
from booking.models import Reservation, What
from booking.reservations._change import _record
from booking.reservations._deciding import held_under_lock, refuse_by_rules, visits_of
from booking.reservations._refusals import ChangedMeanwhile, SlotFull
from notifications import outbox
from tenancy import live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from venues import slots
from venues.freed import places_freed
from venues.slot_facts import UnknownBucket, facts

REASON = "venue_closed"


def transfer(
    *, reservation: Reservation, bucket_id: int, holder_id: UUID, by: Staff | None, at: datetime
) -> Reservation:
    """Move a reservation as it was read, or refuse and leave everything; the person is told once.

    Age, interval, vaccine and plans are asked as always, flag and voucher too. Cut-offs and stopped
    channels are not: it is the ward that moves. A hold that is gone is replaced by a free place.
    """
    try:
        place, before = facts(bucket_id), facts(reservation.bucket_id)
    except UnknownBucket as unknown:
        raise SlotFull from unknown
    with municipality_atomic():
        held, dose = held_under_lock(reservation.resident_id), reservation.dose_number
        known = visits_of(held, reservation.programme_id)
        refuse_by_rules(reservation.resident, dose, place, known, None, at)
        slots.own(holder_id=holder_id, bucket_id=bucket_id)
        slots.lock(bucket_ids=[before.bucket_id, bucket_id])
        moved = Reservation.objects.filter(
            pk=reservation.pk, version=reservation.version, is_live=True
        ).update(bucket_id=bucket_id, slot_id=place.slot_id, version=reservation.version + 1)
        if moved != 1:
            raise ChangedMeanwhile
        _take(reservation, bucket_id, holder_id, by=by, at=at)
        slots.give_back(
            bucket_id=before.bucket_id, what="moved_out", reservation_id=reservation.pk, by=by,
            at=at,
        )  # fmt: skip
        reservation.bucket_id, reservation.slot_id = bucket_id, place.slot_id
        reservation.version += 1
        _record(
            reservation, What.MOVED, place.channel, before.slot_id, place.slot_id, reason=REASON,
            call_id=None, by=by, at=at,
        )  # fmt: skip
        outbox.supersede(reference=reservation.pk, at=at)
        outbox.enqueue(transfer_messages.owed_for_transfer(reservation, place, before, at=at))
        places_freed(bucket_ids=[before.bucket_id], at=at)
        on_commit(live.stir)
    return reservation


def _take(
    reservation: Reservation, bucket_id: int, holder_id: UUID, *, by: Staff | None, at: datetime
) -> None:
    if slots.take_held(
        holder_id=holder_id, bucket_id=bucket_id, reservation_id=reservation.pk, by=by, at=at
    ):
        return
    if not slots.take(bucket_id=bucket_id, reservation_id=reservation.pk, by=by, at=at):
        raise SlotFull
