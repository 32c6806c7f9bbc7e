"""What the rules decide on: the wish and the live reservations beside it (判定の材料)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connections

from booking import eligibility
from booking.models import Resident
from booking.pairing import PairRule
from booking.reservations import _sql
from booking.reservations._refusals import NotBookable, NotPermitted, Stopped
from booking.rulebook import NoCourse, Rulebook, rulebook
from tenancy.current import current
from venues.slot_facts import SlotFacts, facts

NOTHING = ""  # no live reservation
FOLLOWING = {PairRule.IN_TURN, PairRule.TOGETHER}


class DoseVisit(NamedTuple):
    """When a dose is given, and of what."""

    day: date
    vaccine_id: int


def buckets_of(held: str, programme_id: int) -> dict[int, int]:
    """Dose and bucket of each live reservation of a programme, as the database tells them."""
    found = (map(int, one.split(":")) for one in held.split(",") if one)
    return {dose: bucket for programme, dose, bucket in found if programme == programme_id}


def visits_of(held: str, programme_id: int) -> dict[int, DoseVisit]:
    """The live reservations of a programme as the rules need them."""
    return {dose: visit(facts(bucket)) for dose, bucket in buckets_of(held, programme_id).items()}


def visit(place: SlotFacts) -> DoseVisit:
    """A place as the rules need it."""
    return DoseVisit(place.day, place.vaccine_id)


def supposed(resident_id: UUID, place: SlotFacts) -> str:
    """What a claim begins with: nothing, as most people hold nothing and the statement looks anew.

    Where doses may only follow each other nobody is refused on a guess: there it asks.
    """
    if rulebook().terms(place.programme_id, place.day).pair_rule not in FOLLOWING:
        return NOTHING
    with connections[current().database].cursor() as cursor:
        cursor.execute("SELECT booking_live_doses(%s)", [resident_id])
        return str(cursor.fetchone()[0] or NOTHING)


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
    channel: str | None,
    at: datetime,
    *,
    asked: Collection[int] = (),
) -> None:
    """Nothing where every rule permits the dose at this place; else the first rule's refusal.

    `asked` are the doses of a claim: how they belong together is looked at; a move changes nothing
    of that.
    Without a channel nobody asks from outside: a channel that is stopped says nothing.
    """
    refused = eligibility.refusals(
        _request_for(resident, dose_number, place, dose_visits, channel, at, asked)
    )
    if refused:
        kind = Stopped if refused[0].code == "stopped" else NotBookable
        raise kind(refused[0].words) from refused[0]


def _releases(book: Rulebook, place: SlotFacts) -> tuple[eligibility.Release, ...]:
    return book.releases(place.venue_id, place.day, place.channel, programme_id=place.programme_id)


def _request_for(
    resident: Resident,
    dose_number: int,
    place: SlotFacts,
    dose_visits: dict[int, DoseVisit],
    channel: str | None,
    at: datetime,
    asked: Collection[int],
) -> eligibility.Request:
    book = rulebook()
    try:
        course = book.course(place.vaccine_id, place.day, place.programme_id)
    except NoCourse as missing:
        raise NotBookable("このワクチンの予約はまだ受け付けていません。") from missing
    terms = book.terms(place.programme_id, place.day)
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
        channel_stopped=channel is not None and book.stopped(channel),
        stop_words=book.rules.stop_words,
        dose_days={dose: one.day for dose, one in others.items()},
        vaccine_id=place.vaccine_id,
        other_vaccine_ids=frozenset(one.vaccine_id for one in others.values()),
        maker=book.makers.get(place.vaccine_id, ""),
        other_makers=frozenset(book.makers.get(one.vaccine_id, "") for one in others.values()),
        releases=_releases(book, place),
        programme_is_open=terms.is_open,
        only_dose=place.only_dose,
        latest_days=course.latest_days,
        pair_rule=terms.pair_rule,
        maker_rule=terms.maker_rule,
        asked=frozenset(asked),
    )
