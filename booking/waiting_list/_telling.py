"""The word that a place is free: in finished words, with a link that answers (空きの案内の文面)."""

import uuid
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime

from booking import messages
from booking.models import LeftoverOffer, WaitingListEntry, WaitingListOffer
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
    address = link(token) if not is_by_call(entry) else None  # else answered on the telephone
    window = (told_at, offer.until)
    return _message(Kind.OFFERED, offer.pk, entry, place, address, window=window, at=at)


def owed_for_leftover(
    offer: LeftoverOffer, entry: WaitingListEntry, place: SlotFacts, token: str, *, at: datetime
) -> Message:
    """The word that doses are left over; of no use after the call's end."""
    address = f"{municipalities.base_url(current())}/n/{token}"
    window = (at, offer.call.until)
    return _message(Kind.LEFTOVER, offer.pk, entry, place, address, window=window, at=at)


def _message(
    kind: Kind,
    reference: UUID,
    entry: WaitingListEntry,
    place: SlotFacts,
    address: str | None,
    *,
    window: tuple[datetime, datetime],
    at: datetime,
) -> Message:
    carrier, recipient = way_for(entry)
    spoken = "en" if entry.language == "en" else "ja"
    said = messages.values(place, spoken, kind=kind, at=at)
    said["until"] = f"{localtime(window[1]):%-m/%-d %H:%M}"
    if address:
        said["link"] = address
    text = words.finished(kind=kind, carrier=carrier, language=spoken, values=said)
    return Message(
        id=uuid.uuid4(),
        kind=kind,
        reference=reference,
        person_id=entry.resident_id,
        carrier=carrier,
        language=spoken,
        recipient=recipient,
        subject=text.subject or None,
        body=text.body,
        template_version=text.version,
        state=State.NEEDS_CALL if carrier == Carrier.CALL else State.PENDING,
        not_before=window[0],
        not_after=window[1],
        created_at=at,
        changed_at=at,
    )
