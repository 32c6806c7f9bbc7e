"""What the rules decide on: the wish and the live reservations beside it (判定の材料)."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connections

from booking import eligibility
from booking.models import Resident
from booking.reservations import _sql
from booking.reservations._refusals import NotBookable, NotPermitted, Stopped
from booking.rulebook import NoCourse, rulebook
from tenancy.current import current
from venues.slot_facts import SlotFacts, facts

NOTHING = ""  # no live reservation


class DoseVisit(NamedTuple):
    """When a dose is given, and of what."""

    day: date
    vaccine_id: int


def buckets_of(held: str) -> dict[int, int]:
    """Dose and bucket of each live reservation, as the database tells them."""
    pairs = (one.split(":") for one in held.split(",") if one)
    return {int(dose): int(bucket) for dose, bucket in pairs}


def visits_of(held: str) -> dict[int, DoseVisit]:
    """The live reservations as the rules need them."""
    return {dose: visit(facts(bucket)) for dose, bucket in buckets_of(held).items()}


def visit(place: SlotFacts) -> DoseVisit:
    """A place as the rules need it."""
    return DoseVisit(place.day, place.vaccine_id)


def held_under_lock(resident_id: UUID) -> str:
    """Lock the resident in the caller's transaction and tell what is live now; or NotPermitted.

    Residents are locked before buckets, here and in the claim.
    """
    with connections[current().database].cursor() as cursor:
        cursor.execute(_sql.HELD, {"resident": resident_id})
        found = cursor.fetchone()
    if found is None or found[0] is None:
        raise NotPermitted
    return str(found[0])


def refuse_by_rules(
    resident: Resident,
    dose_number: int,
    place: SlotFacts,
    dose_visits: dict[int, DoseVisit],
    channel: str,
    at: datetime,
) -> None:
    """Nothing where every rule permits the dose at this place; else the first rule's refusal."""
    refused = eligibility.refusals(
        _request_for(resident, dose_number, place, dose_visits, channel, at)
    )
    if refused:
        kind = Stopped if refused[0].code == "stopped" else NotBookable
        raise kind(refused[0].words) from refused[0]


def _request_for(
    resident: Resident,
    dose_number: int,
    place: SlotFacts,
    dose_visits: dict[int, DoseVisit],
    channel: str,
    at: datetime,
) -> eligibility.Request:
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
        releases=book.releases(place.venue_id, place.day, place.channel),
    )
