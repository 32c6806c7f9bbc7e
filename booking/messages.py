"""Which message each event owes to whom, in finished words (通知の組み立て).

The only caller of the outbox. Words are made and sealed before the transaction begins.
"""

import uuid
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from booking.models import Reservation, Resident
from booking.reservations._wish import Asking
from booking.rulebook import rulebook
from notifications import senders, words
from notifications.models import Message
from notifications.models.message import Carrier, Kind, State
from notifications.quiet_hours import next_permitted
from shared import phone
from tenancy import municipalities
from tenancy.current import current
from venues.slot_facts import SlotFacts

WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


def carrier_for(resident: Resident) -> tuple[Carrier, str] | None:
    """The way to reach somebody: SMS to a mobile number, else mail, else a call; or none."""
    if resident.phone and phone.takes_texts(resident.phone):
        return Carrier.SMS, resident.phone
    if resident.email:
        return Carrier.MAIL, resident.email
    return (Carrier.CALL, resident.phone) if resident.phone else None


def owed_for_claim(
    made: list[Reservation],
    places: list[SlotFacts],
    resident: Resident,
    asking: Asking,
    *,
    at: datetime,
) -> list[Message]:
    """A confirmation for each reservation, where it can be written to the resident."""
    found = []
    for reservation, place in zip(made, places, strict=True):
        message = _written(Kind.CONFIRMED, reservation, resident, place, asking.language, at=at)
        if message:
            found.append(message)
    return found


def owed_for_move(
    reservation: Reservation, place: SlotFacts, _channel: str, *, at: datetime
) -> list[Message]:
    """Where and when the visit is now."""
    resident = reservation.resident
    message = _written(Kind.MOVED, reservation, resident, place, resident.language, at=at)
    return [message] if message else []


def owed_for_cancel(
    reservation: Reservation, place: SlotFacts, _channel: str, *, at: datetime
) -> list[Message]:
    """That the visit is off."""
    resident = reservation.resident
    message = _written(Kind.CANCELLED, reservation, resident, place, resident.language, at=at)
    return [message] if message else []


def owed(
    kind: Kind, reservation: Reservation, place: SlotFacts, *, not_before: datetime, at: datetime
) -> Message | None:
    """A message that must reach the person: by SMS, by mail, else on the call list."""
    resident = reservation.resident
    way = carrier_for(resident)
    if way is None:
        return None
    message = _message(kind, reservation, way, place, resident.language, at=at)
    message.not_before = not_before
    if way[0] == Carrier.CALL:
        message.state = State.NEEDS_CALL
    return message


URGENT = timedelta(hours=2)


def owed_for_closure(reservation: Reservation, place: SlotFacts, *, at: datetime) -> Message:
    """That the venue is closed on the day: by SMS, by mail, else on the call list.

    It waits for the end of the quiet hours, unless that were too late to stay at home. Somebody
    without a number stands on the call list too: a person must find another way.
    """
    resident = reservation.resident
    way = carrier_for(resident) or (Carrier.CALL, "")
    message = _message(Kind.DAY_CLOSED, reservation, way, place, resident.language, at=at)
    later = next_permitted(quiet=senders.quiet_hours(senders.kept()), at=at)
    message.not_before = later if later < place.starts_at - URGENT else at
    if way[0] == Carrier.CALL:
        message.state = State.NEEDS_CALL
    return message


def _written(
    kind: Kind,
    reservation: Reservation,
    resident: Resident,
    place: SlotFacts,
    language: str,
    *,
    at: datetime,
) -> Message | None:
    # Who books or changes sees or hears it at once; only what can be written is sent as well.
    way = carrier_for(resident)
    if way is None or way[0] == Carrier.CALL:
        return None
    return _message(kind, reservation, way, place, language, at=at)


def _message(
    kind: Kind,
    reservation: Reservation,
    way: tuple[Carrier, str],
    place: SlotFacts,
    language: str,
    *,
    at: datetime,
) -> Message:
    carrier, recipient = way
    spoken = "en" if language == "en" else "ja"
    text = words.finished(kind=kind, carrier=carrier, language=spoken, values=values(place, spoken))
    return Message(
        id=uuid.uuid4(),
        kind=kind,
        reference=reservation.pk,
        person_id=reservation.resident_id,
        version=reservation.version,
        carrier=carrier,
        language=spoken,
        recipient=recipient,
        subject=text.subject or None,
        body=text.body,
        template_version=text.version,
        not_before=at,
        not_after=max(place.starts_at, at + timedelta(hours=1)),
        created_at=at,
        changed_at=at,
    )


def values(place: SlotFacts, language: str) -> dict[str, str]:
    """What fills a template's gaps: no name, no number, no status (T53)."""
    starts = localtime(place.starts_at)
    weekday = WEEKDAYS[language][starts.weekday()]
    english = language == "en"
    served = current()
    return {
        "municipality": _municipality(language),
        "date": f"{weekday} {starts:%-m/%-d}" if english else f"{starts:%-m/%-d}({weekday})",
        "time": f"{starts:%H:%M}",
        "venue": place.venue_name_en if english else place.venue_name,
        "link": f"{municipalities.base_url(served)}/r",
    }


def _municipality(language: str) -> str:
    served = current()
    return rulebook().standing.short_name or (served.name_en if language == "en" else served.name)


NOWHERE = (Carrier.SMS, "+810000000000")


def way_for_a_code(resident: Resident) -> tuple[Carrier, str] | None:
    """The way a code can be written to somebody; a voice call cannot carry one."""
    way = carrier_for(resident)
    return way if way and way[0] != Carrier.CALL else None


def owed_for_code(
    code_id: uuid.UUID,
    code: str,
    way: tuple[Carrier, str],
    resident: Resident | None,
    language: str,
    *,
    at: datetime,
    until: datetime,
) -> Message:
    """The code itself; it is of no use after its end."""
    person_id = resident.pk if resident else None
    return _plain(Kind.CODE, code_id, person_id, way, language, {"code": code}, at=at, until=until)


def owed_to_former_contact(
    resident: Resident, former: tuple[Carrier, str] | None, *, at: datetime
) -> list[Message]:
    """To the contact that was on record, where another is put in its place and it can be told."""
    if former is None or former[0] == Carrier.CALL or former == carrier_for(resident):
        return []
    return [_contact_changed(resident, former, at=at)]


def _contact_changed(resident: Resident, way: tuple[Carrier, str], *, at: datetime) -> Message:
    message = _plain(
        Kind.CONTACT, resident.pk, resident.pk, way, resident.language,
        {"link": f"{municipalities.base_url(current())}/r"}, at=at, until=at + timedelta(days=1),
    )  # fmt: skip
    message.version = resident.version + 1  # the row that is about to be written
    return message


def _plain(
    kind: Kind,
    reference: uuid.UUID,
    person_id: uuid.UUID | None,
    way: tuple[Carrier, str],
    language: str,
    gaps: dict[str, str],
    *,
    at: datetime,
    until: datetime,
) -> Message:
    carrier, recipient = way
    spoken = "en" if language == "en" else "ja"
    said = gaps | {"municipality": _municipality(spoken)}
    text = words.finished(kind=kind, carrier=carrier, language=spoken, values=said)
    return Message(
        id=uuid.uuid4(),
        kind=kind,
        reference=reference,
        person_id=person_id,
        carrier=carrier,
        language=spoken,
        recipient=recipient,
        subject=text.subject or None,
        body=text.body,
        template_version=text.version,
        not_before=at,
        not_after=until,
        created_at=at,
        changed_at=at,
    )
