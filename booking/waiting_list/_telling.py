"""The word that a place is free: in finished words, with a link that answers (空きの案内の文面)."""

import uuid
from datetime import datetime

from django.utils.timezone import localtime

from booking import messages
from booking.models import WaitingListEntry, WaitingListOffer
from notifications import words
from notifications.models import Message
from notifications.models.message import Carrier, Kind, State
from shared import phone
from tenancy import municipalities
from tenancy.current import current
from venues.slot_facts import SlotFacts


def way_for(entry: WaitingListEntry) -> tuple[Carrier, str]:
    """As the person asked to be told; who cannot be written to is telephoned."""
    if entry.reach == WaitingListEntry.Reach.WRITTEN:
        if entry.phone and phone.takes_texts(entry.phone):
            return Carrier.SMS, entry.phone
        if entry.email:
            return Carrier.MAIL, entry.email
    return Carrier.CALL, entry.phone or ""


def is_by_call(entry: WaitingListEntry) -> bool:
    """Whether somebody must telephone."""
    return way_for(entry)[0] == Carrier.CALL


def link(token: str) -> str:
    """Where the answer is given: on the canonical host."""
    return f"{municipalities.base_url(current())}/w/{token}"


def owed_for_offer(
    offer: WaitingListOffer,
    entry: WaitingListEntry,
    place: SlotFacts,
    token: str,
    *,
    told_at: datetime,
    at: datetime,
) -> Message:
    """The message, or a task of the call list; of no use after the offer's end."""
    carrier, recipient = way_for(entry)
    spoken = "en" if entry.language == "en" else "ja"
    said = messages.values(place, spoken, kind=Kind.OFFERED, at=at)
    said["until"] = f"{localtime(offer.until):%-m/%-d %H:%M}"
    if carrier != Carrier.CALL:
        said["link"] = link(token)  # who is telephoned answers on the telephone
    text = words.finished(kind=Kind.OFFERED, carrier=carrier, language=spoken, values=said)
    return Message(
        id=uuid.uuid4(),
        kind=Kind.OFFERED,
        reference=offer.pk,
        person_id=entry.resident_id,
        carrier=carrier,
        language=spoken,
        recipient=recipient,
        subject=text.subject or None,
        body=text.body,
        template_version=text.version,
        state=State.NEEDS_CALL if carrier == Carrier.CALL else State.PENDING,
        not_before=told_at,
        not_after=offer.until,
        created_at=at,
        changed_at=at,
    )
