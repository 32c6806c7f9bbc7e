"""Which message each event owes to whom, in finished words (通知の組み立て).

The only caller of the outbox. Words are made and sealed before the transaction begins.
"""

import uuid
from datetime import datetime, time, timedelta

from django.utils.timezone import localtime

from booking.models import Reservation, Resident
from booking.reminder_rule import Decision, Way
from booking.reservations._wish import Asking
from booking.rulebook import rulebook
from booking.wheres import where
from notifications import senders, words
from notifications.models import Message
from notifications.models.message import Carrier, Kind, State
from notifications.quiet_hours import next_permitted
from shared import phone
from shared.calendar import day_of, day_start
from tenancy import municipalities
from tenancy.current import current
from venues.slot_facts import SlotFacts

SAY_TOMORROW = (Kind.CONFIRMED, Kind.MOVED)
DAYS = {"ja": ("本日", "明日"), "en": ("Today", "Tomorrow")}
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


def owed_for_reminder(
    reservation: Reservation, place: SlotFacts, decision: Decision, *, at: datetime
) -> Message | None:
    """A reminder as the rule decided it, or the fact that none is owed; None without a contact.

    Words that say 明日 are of no use from midnight on: what did not leave by then is decided anew.
    """
    resident = reservation.resident
    way = carrier_for(resident)
    if way is None:
        return None
    message = _message(Kind.REMINDER, reservation, way, place, resident.language, at=decision.when)
    message.created_at = message.changed_at = at
    message.not_after = place.starts_at
    if decision.way is Way.NOT_OWED:
        message.state = State.NOT_OWED
    elif decision.way is Way.CALL or way[0] == Carrier.CALL:
        message.state = State.NEEDS_CALL
    elif decision.way is Way.EVE:
        message.not_after = day_start(day_of(place.starts_at))
    return message


URGENT = timedelta(hours=2)
LATEST_TOMORROW = time(23, 0)


def owed_for_closure(reservation: Reservation, place: SlotFacts, *, at: datetime) -> Message:
    """That the venue is closed on the day: by SMS, by mail, else on the call list.

    It waits for the end of the quiet hours, unless that were too late to stay at home. Somebody
    without a number stands on the call list too: a person must find another way.
    """
    resident = reservation.resident
    way = carrier_for(resident) or (Carrier.CALL, "")
    message = _message(Kind.DAY_CLOSED, reservation, way, place, resident.language, at=at)
    message.not_before = before_leaving_home(place, at=at)
    if way[0] == Carrier.CALL:
        message.state = State.NEEDS_CALL
    return message


def before_leaving_home(place: SlotFacts, *, at: datetime) -> datetime:
    """The end of the quiet hours, unless that were too late to stay at home."""
    later = next_permitted(quiet=senders.quiet_hours(senders.kept()), at=at)
    return later if later < place.starts_at - URGENT else at


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
    gaps: dict[str, str] | None = None,
    at: datetime,
) -> Message:
    carrier, recipient = way
    spoken = "en" if language == "en" else "ja"
    said = values(place, spoken, kind=kind, at=at) | (gaps or {})
    text = words.finished(kind=kind, carrier=carrier, language=spoken, values=said)
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


about_a_visit = _message  # for the messages of transfers and assignments


def values(
    place: SlotFacts, language: str, *, kind: Kind = Kind.CONFIRMED, at: datetime
) -> dict[str, str]:
    """What fills a template's gaps at this moment: no name, no number, no status (T53)."""
    served = current()
    return {
        "municipality": _municipality(language),
        "date": _date(place, language, kind=kind, at=at),
        "day": DAYS[language][day_of(place.starts_at) > day_of(at)],
        "time": f"{localtime(place.starts_at):%H:%M}",
        "venue": where(place, language),
        "link": f"{municipalities.base_url(served)}/r",
    }


def _date(place: SlotFacts, language: str, *, kind: Kind, at: datetime) -> str:
    """The day, and 明日 before it where somebody has just booked or moved to tomorrow.

    Not in the last hour of the day: the message might leave after midnight.
    """
    starts, here = localtime(place.starts_at), localtime(at)
    is_tomorrow = starts.date() == here.date() + timedelta(days=1)
    says_so = is_tomorrow and here.time() < LATEST_TOMORROW and kind in SAY_TOMORROW
    if language == "en":
        first = "tomorrow" if says_so else WEEKDAYS["en"][starts.weekday()]
        return f"{first} {starts:%-m/%-d}"
    return f"{'明日' if says_so else ''}{starts:%-m/%-d}({WEEKDAYS['ja'][starts.weekday()]})"


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


def owed_for_draw(
    application_id: uuid.UUID, resident: Resident, language: str, *, at: datetime
) -> Message:
    """That the draw gave nothing, and what to do now; by telephone who cannot be written to."""
    way = carrier_for(resident) or (Carrier.CALL, "")
    gaps = {"link": f"{municipalities.base_url(current())}/lottery/"}
    until = at + timedelta(days=7)
    message = _plain(
        Kind.NOT_DRAWN, application_id, resident.pk, way, language, gaps, at=at, until=until
    )
    if way[0] == Carrier.CALL:
        message.state = State.NEEDS_CALL
    message.not_before = next_permitted(quiet=senders.quiet_hours(senders.kept()), at=at)
    return message


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
