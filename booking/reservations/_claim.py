"""The claim: rules first, then one statement that takes places and writes everything."""

import uuid
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db import IntegrityError, connections
from django.utils.translation import gettext as _

from booking import assignment_messages, contacts, messages
from booking.contacts import Contact
from booking.models import Reservation, Resident
from booking.reservation_numbers import make
from booking.reservations import _sql
from booking.reservations._deciding import refuse_by_rules, supposed, visit, visits_of
from booking.reservations._refusals import (
    AlreadyReserved,
    ChangedMeanwhile,
    NotBookable,
    NotPermitted,
    PairNotFree,
    Refused,
    SlotFull,
)
from booking.reservations._wish import Asking, Wish
from frontdoor import demand
from notifications import outbox
from notifications.models import Message
from notifications.models.message import Carrier
from shared import metrics
from shared.database import violates
from tenancy import live
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models import Staff
from venues.slot_facts import SlotFacts, UnknownBucket, facts

TRIES = 5
NUMBER_KEY = "booking_reservation_reservation_number_key"
COUNTERS = "bucket_never_oversold"


@demand.counting(Refused, channel=lambda **asked: asked["asking"].channel)
@metrics.counting_refusals(Refused, channel=lambda **asked: asked["asking"].channel)
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

    The same request key gives the same reservations again. One round trip: under the resident's
    lock it rechecks flag, voucher, window and that nothing is held beside what the rules knew of,
    takes the places, writes reservations, events, messages and the access log; the answer is given
    after the commit. Who holds something already is decided on once more, with what was found. A
    contact is kept with the resident's first live reservation only.
    """
    on_record = messages.carrier_for(resident)
    if contact:
        contacts.set_on(resident, contact)
    try:
        places = [facts(wish.bucket_id) for wish in wishes]
    except UnknownBucket as unknown:
        raise SlotFull from unknown
    if len({place.programme_id for place in places}) > 1:
        raise NotBookable(_("事業が違う枠は、一度に予約できません。"))
    try:
        return _take(resident, wishes, places, asking, on_record, contact=contact, by=by, at=at)
    except (Refused, IntegrityError):
        known = _earlier(resident, wishes, asking)
        if known:
            return known
        raise


def _take(
    resident: Resident,
    wishes: list[Wish],
    places: list[SlotFacts],
    asking: Asking,
    on_record: tuple[Carrier, str] | None,
    *,
    contact: Contact | None,
    by: Staff | None,
    at: datetime,
) -> list[Reservation]:
    held = supposed(resident.pk, places[0])
    for attempt in range(TRIES):
        _check_rules(resident, wishes, places, asking, held, at)
        made = _build(resident, wishes, places, asking, at)
        told = _told(made, places, resident, asking, at=at)
        former = messages.owed_to_former_contact(resident, on_record, at=at) if contact else []
        try:
            found = _run(made, told, former, asking, held=held, contact=contact, by=by, at=at)
        except IntegrityError as clash:
            if _may_come_right(clash) and attempt + 1 < TRIES:
                continue
            if violates(clash, "reservation_one_live_per_dose"):
                raise AlreadyReserved from clash
            if violates(clash, "reservation_once_per_request"):
                raise ChangedMeanwhile from clash  # it got a place that was cancelled since
            raise
        if found.is_granted:
            on_commit(live.stir)
            on_commit(partial(metrics.TAKEN.labels(asking.channel).inc, len(made)))
            return made
        if found.held is None:
            raise NotPermitted
        if found.held == held:
            raise SlotFull if len(wishes) == 1 else PairNotFree
        held = found.held  # more is held than the rules knew of: decide again
    raise ChangedMeanwhile


def _told(
    made: list[Reservation],
    places: list[SlotFacts],
    resident: Resident,
    asking: Asking,
    *,
    at: datetime,
) -> list[Message]:
    until = asking.answer_until
    if until is None:
        return messages.owed_for_claim(made, places, resident, asking, at=at)
    return assignment_messages.owed_for_assignment(made, places, resident, until, at=at)


def _may_come_right(clash: IntegrityError) -> bool:
    """Whether the same statement, run again, may find everything in order."""
    # Two people drew the same random number: draw again.
    if violates(clash, NUMBER_KEY):
        return True
    # PostgreSQL checks the bucket as the statement first saw it before it looks at what was
    # committed since: the person's own hold, made while the claim waited for the person's lock.
    return violates(clash, COUNTERS)


def _check_rules(
    resident: Resident,
    wishes: list[Wish],
    places: list[SlotFacts],
    asking: Asking,
    held: str,
    at: datetime,
) -> None:
    known = visits_of(held, places[0].programme_id)
    asked = {wish.dose_number for wish in wishes}
    if any(wish.dose_number in known for wish in wishes):
        raise AlreadyReserved
    for wish, place in sorted(zip(wishes, places, strict=True), key=lambda one: one[0].dose_number):
        try:
            refuse_by_rules(
                resident, wish.dose_number, place, known, asking.channel, at, asked=asked
            )
        except NotBookable as refusal:
            # what is looked at here has passed alone: what is held already says no
            refusal.from_record = bool(held)
            raise
        # the later wish is measured from the earlier one
        known[wish.dose_number] = visit(place)


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
            programme_id=place.programme_id,
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


class Found(NamedTuple):
    """What the statement found under the resident's lock, and whether it took the places."""

    held: str | None
    is_granted: bool


def _run(
    made: list[Reservation],
    told: list[Message],
    former: list[Message],
    asking: Asking,
    *,
    held: str,
    contact: Contact | None,
    by: Staff | None,
    at: datetime,
) -> Found:
    """Run the one statement: it takes all places or none, and only where `held` is still true."""
    brings = contact is not None
    if len(made) == 1:
        statement = _sql.single(len(told), contact=brings, former=len(former))
    else:
        statement = _sql.several(len(made), len(told), contact=brings, former=len(former))
    parameters = _sql.parameters(made, asking, held=held, by=by, at=at)
    if brings:
        parameters |= _sql.contact_parameters(made[0].resident)
    for number, message in enumerate([*told, *former]):
        parameters |= outbox.parameters(message, name=f"m{number}")
    connection = connections[current().database]
    # One statement is a transaction by itself; inside a caller's it needs a savepoint to refuse.
    around = municipality_atomic() if connection.in_atomic_block else nullcontext()
    try:
        with around, connection.cursor() as cursor:
            cursor.execute(statement, parameters)  # type: ignore[arg-type]  # UUIDs too
            found, count, _undone = cursor.fetchone()
    except IntegrityError as clash:
        if violates(clash, "hold_not_spent"):  # a hold was ended, and no place could be taken
            return Found(held, is_granted=False)
        raise
    return Found(found, count == len(made))


def _earlier(resident: Resident, wishes: list[Wish], asking: Asking) -> list[Reservation]:
    """What the same request already got: pressing twice gives the same reservations."""
    rows = Reservation.objects.filter(
        request_key=asking.request_key, resident_id=resident.pk, is_live=True
    )
    found = list(rows.order_by("dose_number"))
    return found if len(found) == len(wishes) else []
