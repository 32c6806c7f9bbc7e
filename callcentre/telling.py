"""Verb: look at whom a message of the list is for; masked until then (連絡リスト)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.models import Resident
from callcentre import openings, outbound
from notifications import call_list
from notifications.models import Carrier, Message
from privacy import masking
from tenancy.current import municipality_atomic
from tenancy.models import Staff


@dataclass(frozen=True)
class Telling:
    """Whom to tell, by which number, and what."""

    message: Message
    name: str

    @property
    def masked_name(self) -> str:
        """The first letter: enough to see that there is somebody."""
        return f"{self.name[:1]}{masking.HIDDEN}" if self.name else ""

    @property
    def masked_number(self) -> str:
        """Enough to tell two lines apart."""
        to = str(self.message.recipient)
        return masking.mail(to) if self.message.carrier == Carrier.MAIL else masking.telephone(to)


def masked(*, message_id: UUID) -> Telling:
    """One line of the list; the page shows only what is masked of it."""
    return _telling(call_list.find(message_id))


def look(*, message_id: UUID, purpose: str, by: Staff, at: datetime) -> Telling:
    """Name, number and words of one message; who looked, when and why is written down."""
    asked = call_list.find(message_id)
    openings.try_to_see(resident_id=outbound.about(asked), why="call_list", by=by, at=at)
    with municipality_atomic():
        message = call_list.open_one(message_id=message_id, purpose=purpose, by=by, at=at)
        return _telling(message)


def _telling(message: Message) -> Telling:
    resident = Resident.objects.filter(pk=message.person_id).first() if message.person_id else None
    return Telling(message, resident.name if resident else "")
