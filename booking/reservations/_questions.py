"""Questions about reservations."""

from collections import Counter
from uuid import UUID

from booking.models import Reservation, ReservationEvent, What
from tenancy.current import current


def find(*, reservation_number: str) -> Reservation | None:
    """The reservation with this number, live or not."""
    rows = Reservation.objects.select_related("resident", "slot__opening__venue")
    return rows.filter(reservation_number=reservation_number).first()


def live_of(resident_id: UUID) -> list[Reservation]:
    """The live reservations of one resident, in order of the dose."""
    rows = Reservation.objects.using(current().database)
    rows = rows.select_related("slot__opening__venue", "slot__opening__vaccine", "resident")
    return list(rows.filter(resident_id=resident_id, is_live=True).order_by("dose_number"))


def of_request(*, request_key: UUID, resident_id: UUID) -> list[Reservation]:
    """What one request got, in order of the dose; nothing for anybody else's key."""
    rows = Reservation.objects.select_related("slot__opening__venue", "slot__opening__vaccine")
    return list(
        rows.filter(request_key=request_key, resident_id=resident_id).order_by("dose_number")
    )


def moves_made(resident_id: UUID) -> dict[tuple[int, int], int]:
    """How often a resident has moved each dose by themselves: (programme, dose) → times.

    Whatever staff did for them does not count.
    """
    rows = ReservationEvent.objects.filter(
        reservation__resident_id=resident_id, what=What.MOVED, done_by=None
    )
    pairs = rows.values_list("reservation__programme_id", "reservation__dose_number")
    return dict(Counter(pairs))
