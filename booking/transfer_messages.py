"""What people of a closed day are told once the ward has found another place for them (振替の連絡)."""

from datetime import datetime, timedelta

from booking import messages
from booking.models import Reservation
from notifications.models import Message
from notifications.models.message import Carrier, Kind, State
from venues.slot_facts import SlotFacts


def owed_for_transfer(
    reservation: Reservation, place: SlotFacts, before: SlotFacts, *, at: datetime
) -> Message:
    """That the venue is closed and which place is kept instead: by SMS, by mail, else by telephone.

    As urgent as the visit that is off: nobody should come to a closed door.
    """
    resident = reservation.resident
    way = messages.carrier_for(resident) or (Carrier.CALL, "")
    message = messages.about_a_visit(
        Kind.TRANSFERRED, reservation, way, place, resident.language, at=at
    )
    message.not_before = messages.before_leaving_home(before, at=at)
    if way[0] == Carrier.CALL:
        message.state = State.NEEDS_CALL
        first = min(before.starts_at, place.starts_at)
        message.not_after = max(first, at + timedelta(hours=1))
    return message


def owed_by_telephone(reservation: Reservation, place: SlotFacts, *, at: datetime) -> Message:
    """That the venue is closed and no other place was found: somebody must speak with the person.

    Who has no number is written to, where there is an address.
    """
    resident = reservation.resident
    way = (Carrier.CALL, resident.phone) if resident.phone else messages.carrier_for(resident)
    way = way or (Carrier.CALL, "")
    message = messages.about_a_visit(
        Kind.DAY_CLOSED, reservation, way, place, resident.language, at=at
    )
    message.not_before = messages.before_leaving_home(place, at=at)
    if way[0] == Carrier.CALL:
        message.state = State.NEEDS_CALL
    return message
