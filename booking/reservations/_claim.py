"""The claim: rules first, then one statement that takes places and writes everything."""

import uuid
from contextlib import nullcontext
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, connections

from booking import contacts, eligibility, messages
from booking.contacts import Contact
from booking.models import Reservation, Resident
from booking.reservation_numbers import make
from booking.reservations import _sql
from booking.reservations._refusals import (
    AlreadyReserved,
    NotBookable,
    NotPermitted,
    PairNotFree,
    SlotFull,
)
from booking.reservations._wish import Asking, Wish
from booking.rulebook import NoCourse, rulebook
from notifications import outbox
from notifications.models import Message
from shared.database import violates
from tenancy import live
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models import Staff
from venues.slot_facts import SlotFacts, UnknownBucket, facts

NUMBER_TRIES = 5
NUMBER_KEY = "booking_reservation_reservation_number_key"


def claim(
    *,
    resident: Resident,
    wishes: list[Wish],
    asking: Asking,
    contact: Contact | None = None,
    by: Staff | None,
    at: datetime,
) -> list[Reservation]:
    """Take one place for each wish, all or none, or refuse; a refusal leaves nothing behind.

    The same request key gives the same reservations again. One round trip: it rechecks flag,
    voucher and window, takes the places, writes reservations, events, messages and the access
    log; the answer is given after the commit. A contact is kept with the resident's first live
    reservation only.
    """
    on_record = messages.carrier_for(resident)
    if contact:
        contacts.set_on(resident, contact)
    try:
        places = [facts(wish.bucket_id) for wish in wishes]
    except UnknownBucket as unknown:
        raise SlotFull from unknown
    _check_rules(resident, wishes, places, asking, at)
    for attempt in range(NUMBER_TRIES):
        made = _build(resident, wishes, places, asking, at)
        told = messages.owed_for_claim(made, places, resident, asking, at=at)
        former = messages.owed_to_former_contact(resident, on_record, at=at) if contact else []
        try:
            granted, permitted = _run(made, told, former, asking, contact=contact, by=by, at=at)
        except IntegrityError as clash:
            if violates(clash, NUMBER_KEY) and attempt + 1 < NUMBER_TRIES:
                continue  # two people drew the same random number: draw again
            return _same_request(clash, resident, wishes, asking)
        if granted:
            on_commit(live.stir)
            return made
        return _refuse(resident, wishes, asking, permitted=permitted)
    raise AssertionError("unreachable")


def _check_rules(
    resident: Resident,
    wishes: list[Wish],
    places: list[SlotFacts],
    asking: Asking,
    at: datetime,
) -> None:
    known = {dose: _visit(facts(bucket_id)) for dose, bucket_id in _held(resident.pk)}
    for wish, place in sorted(zip(wishes, places, strict=True), key=lambda one: one[0].dose_number):
        request = request_for(resident, wish.dose_number, place, known, asking.channel, at)
        refused = eligibility.refusals(request)
        if refused:
            raise NotBookable(refused[0].words) from refused[0]
        # the later wish is measured from the earlier one
        known[wish.dose_number] = _visit(place)


def _held(resident_id: UUID) -> list[tuple[int, int]]:
    with connections[current().database].cursor() as cursor:
        cursor.execute(_sql.HELD, {"resident": resident_id})
        found: list[tuple[int, int]] = cursor.fetchall()
    return found


def _visit(place: SlotFacts) -> "DoseVisit":
    return DoseVisit(place.day, place.vaccine_id)


class DoseVisit(NamedTuple):
    """When a dose is given, and of what."""

    day: date
    vaccine_id: int


def request_for(
    resident: Resident,
    dose_number: int,
    place: SlotFacts,
    dose_visits: dict[int, DoseVisit],
    channel: str,
    at: datetime,
) -> eligibility.Request:
    """The plain values on which the rules decide; raises NotBookable where no rules exist."""
    book = rulebook()
    try:
        course = book.course(place.vaccine_id, place.day)
    except NoCourse as missing:
        raise NotBookable("このワクチンの予約はまだ受け付けていません。") from missing
    others = {dose: one for dose, one in dose_visits.items() if dose != dose_number}
    return eligibility.Request(
        born_on=resident.born_on if isinstance(resident.born_on, date) else None,
        vaccination_day=place.day,
        dose_number=dose_number,
        at=at,
        minimum_age=course.minimum_age,
        doses=course.doses,
        earliest_days=course.earliest_days,
        groups=book.groups,
        channel_stopped=book.stopped(channel),
        stop_words=book.rules.stop_words,
        dose_days={dose: one.day for dose, one in others.items()},
        vaccine_id=place.vaccine_id,
        other_vaccine_ids=frozenset(one.vaccine_id for one in others.values()),
    )


def _build(
    resident: Resident,
    wishes: list[Wish],
    places: list[SlotFacts],
    asking: Asking,
    at: datetime,
) -> list[Reservation]:
    return [
        Reservation(
            id=uuid.uuid4(),
            reservation_number=make(place.day),
            resident=resident,
            dose_number=wish.dose_number,
            bucket_id=place.bucket_id,
            slot_id=place.slot_id,
            channel=asking.channel,
            speaker=asking.speaker,
            request_key=asking.request_key,
            notice_version=asking.notice_version,
            claimed_at=at,
        )
        for wish, place in zip(wishes, places, strict=True)
    ]


def _run(
    made: list[Reservation],
    told: list[Message],
    former: list[Message],
    asking: Asking,
    *,
    contact: Contact | None,
    by: Staff | None,
    at: datetime,
) -> tuple[bool, bool]:
    """Run the one statement: whether all places were granted, and whether the record permits."""
    brings = contact is not None
    if len(made) == 1:
        statement = _sql.single(len(told), contact=brings, former=len(former))
    else:
        statement = _sql.several(len(made), len(told), contact=brings, former=len(former))
    parameters = _sql.parameters(made, asking, by=by, at=at)
    if brings:
        parameters |= _sql.contact_parameters(made[0].resident)
    for number, message in enumerate([*told, *former]):
        parameters |= outbox.parameters(message, name=f"m{number}")
    connection = connections[current().database]
    # One statement is a transaction by itself; inside a caller's it needs a savepoint to refuse.
    around = municipality_atomic() if connection.in_atomic_block else nullcontext()
    with around, connection.cursor() as cursor:
        cursor.execute(statement, parameters)  # type: ignore[arg-type]  # UUIDs too
        permitted, count = cursor.fetchone()
    return count == len(made), bool(permitted)


def _same_request(
    clash: IntegrityError, resident: Resident, wishes: list[Wish], asking: Asking
) -> list[Reservation]:
    known = _earlier(resident, wishes, asking)
    if known:
        return known
    if violates(clash, "reservation_one_live_per_dose"):
        raise AlreadyReserved from clash
    raise clash


def _refuse(
    resident: Resident, wishes: list[Wish], asking: Asking, *, permitted: bool
) -> list[Reservation]:
    known = _earlier(resident, wishes, asking)
    if known:
        return known
    if not permitted:
        raise NotPermitted
    raise SlotFull if len(wishes) == 1 else PairNotFree


def _earlier(resident: Resident, wishes: list[Wish], asking: Asking) -> list[Reservation]:
    """What the same request already got: pressing twice gives the same reservations."""
    rows = Reservation.objects.filter(request_key=asking.request_key, resident_id=resident.pk)
    found = list(rows.order_by("dose_number"))
    return found if len(found) == len(wishes) else []
