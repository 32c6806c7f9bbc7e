"""Verbs on calls we make ourselves: for a message that nobody could be sent (架電)."""

from datetime import datetime
from uuid import UUID

from booking.models import Reservation
from callcentre import calls, openings, parties
from callcentre.models import Call
from notifications import call_list
from notifications.models import Carrier, Message
from notifications.models.message import Kind
from tenancy.current import municipality_atomic
from tenancy.models import Staff


def start_for(*, message_id: UUID, by: Staff, at: datetime) -> Call:
    """Begin the call that tells somebody what could not be sent; the look is written down."""
    asked = call_list.find(message_id)
    openings.try_to_see(resident_id=about(asked), why="outbound", by=by, at=at)
    with municipality_atomic():
        message = call_list.open_one(message_id=message_id, by=by, at=at)
        call = calls.start(
            direction=Call.Direction.OUTBOUND,
            caller_number=None if message.carrier == Carrier.MAIL else message.recipient,
            message_id=message.pk,
            by=by,
            at=at,
        )
        resident_id = about(message)
        if resident_id is not None:
            parties.bring_in_for_message(call=call, resident_id=resident_id, by=by, at=at)
    return call


def about(message: Message) -> UUID | None:
    """Whom a message about a reservation or an offer of the waiting list is for."""
    reservation = Reservation.objects.filter(pk=message.reference).first()
    if reservation is not None:
        return reservation.resident_id
    return message.person_id if message.kind == Kind.OFFERED else None


def waiting(*, count: int, at: datetime) -> tuple[int, list[Message]]:
    """How many wait to be told by telephone, and the most urgent of them."""
    rows = call_list.waiting(at=at)
    return rows.count(), list(rows[:count])


def message_of(call: Call) -> Message | None:
    """What an outbound call is to tell."""
    if call.message_id is None:
        return None
    try:
        return call_list.find(call.message_id)
    except call_list.UnknownMessage:
        return None


def told(*, call: Call, outcome: str, by: Staff, at: datetime) -> Message | None:
    """Write down what came of it on the person's list; None where somebody was quicker."""
    message = message_of(call)
    if message is None:
        return None
    try:
        return call_list.resolve(message=message, outcome=outcome, by=by, at=at)
    except call_list.AlreadySettled:
        return None
