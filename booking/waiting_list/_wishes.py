"""Join, leave, come back; what stands. One live entry for each resident and dose."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from booking import reservations
from booking.contacts import Contact
from booking.models import Reservation, Resident, WaitingListEntry, WaitingListOffer
from booking.waiting_list import _ending, orders
from booking.waiting_list._refusals import NotOnTheList, WishUnclear
from privacy import access_log
from shared.calendar import day_of
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import programmes
from venues.models import Venue

State, Reach = WaitingListEntry.State, WaitingListEntry.Reach
LONGEST: Final = timedelta(days=366)
MOST_NOTICE: Final = 168
MOST_DOSES: Final = 9
LEFTOVER_MINUTES: Final = (30, 60)


@dataclass(frozen=True)
class WaitingWish:
    """What somebody would take: these venues (none: any), these days, with so much notice."""

    dose_number: int
    venue_ids: tuple[int, ...]
    first_day: date
    last_day: date
    notice_hours: int
    reach: str
    programme_id: int | None = None  # none: the first
    leftover_minutes: int | None = None  # how soon they could come for a leftover dose


def join(
    *,
    resident_id: UUID,
    wish: WaitingWish,
    contact: Contact,
    notice_version: int = 1,
    call_id: UUID | None = None,
    by: Staff | None,
    at: datetime,
) -> WaitingListEntry:
    """Put a wish on the list in its turn; who stands there already keeps that entry and its turn.

    Raises WishUnclear, or AlreadyReserved where the dose is booked.
    """
    _check(wish, contact, at=at)
    programme_id = wish.programme_id or programmes.first()
    with municipality_atomic():
        person = Resident.objects.select_for_update(no_key=True).get(pk=resident_id)
        if Reservation.objects.filter(
            resident_id=resident_id,
            programme_id=programme_id,
            dose_number=wish.dose_number,
            is_live=True,
        ).exists():
            raise reservations.AlreadyReserved
        kept = _live(resident_id, programme_id, wish.dose_number)
        if kept is not None and not _ending.is_stale(kept):
            return kept
        if kept is not None:
            _ending.end(kept, State.BOOKED, at=at)
        made = _entry(person, programme_id, wish, contact, at=at)
        made.joined_by, made.call_id, made.notice_version = by, call_id, notice_version
        made.turn = orders.turn_for(made, at=at)
        made.save(force_insert=True)
        access_log.record(
            what="waiting_joined", resident_id=resident_id, call_id=call_id, by=by, at=at
        )
    return made


def _entry(
    person: Resident, programme_id: int, wish: WaitingWish, contact: Contact, *, at: datetime
) -> WaitingListEntry:
    return WaitingListEntry(
        id=uuid.uuid4(),
        resident=person,
        programme_id=programme_id,
        dose_number=wish.dose_number,
        venue_ids=sorted(set(wish.venue_ids)),
        first_day=wish.first_day,
        last_day=wish.last_day,
        notice_hours=wish.notice_hours,
        reach=wish.reach,
        leftover_minutes=wish.leftover_minutes,
        phone=contact.phone,
        email=contact.email,
        language=contact.language,
        joined_at=at,
        changed_at=at,
    )


def leave(
    *,
    resident_id: UUID,
    dose_number: int,
    programme_id: int | None = None,
    call_id: UUID | None = None,
    by: Staff | None,
    at: datetime,
) -> None:
    """Leave the list at any time; a place that was being offered goes to the next one."""
    with municipality_atomic():
        Resident.objects.select_for_update(no_key=True).only("pk").get(pk=resident_id)
        kept = _live(resident_id, programme_id or programmes.first(), dose_number)
        if kept is None:
            raise NotOnTheList
        _ending.end(kept, State.LEFT, by=by, at=at)
        access_log.record(
            what="waiting_left", resident_id=resident_id, call_id=call_id, by=by, at=at
        )


def resume(
    *,
    resident_id: UUID,
    dose_number: int,
    programme_id: int | None = None,
    by: Staff | None,
    at: datetime,
) -> None:
    """Be told again after offers without an answer; the turn is kept."""
    done = WaitingListEntry.objects.filter(
        resident_id=resident_id,
        programme_id=programme_id or programmes.first(),
        dose_number=dose_number,
        state=State.PAUSED,
    ).update(state=State.WAITING, unanswered=0, changed_at=at)
    if not done:
        raise NotOnTheList
    access_log.record(what="waiting_resumed", resident_id=resident_id, by=by, at=at)


def standing(*, resident_id: UUID) -> list[WaitingListEntry]:
    """The live entries of one resident, in order of programme and dose."""
    rows = WaitingListEntry.objects.filter(
        resident_id=resident_id, state__in=WaitingListEntry.LIVE
    ).select_related("programme")
    rows = rows.order_by("programme__position", "programme_id", "dose_number")
    return [one for one in rows if not _ending.is_stale(one)]


def open_offer(entry: WaitingListEntry, *, at: datetime) -> WaitingListOffer | None:
    """The place that is held for an entry now."""
    rows = WaitingListOffer.objects.select_related("slot__opening__venue")
    return rows.filter(entry=entry, state=WaitingListOffer.State.OPEN, until__gt=at).first()


def offers_of(*, resident_id: UUID, at: datetime) -> list[WaitingListOffer]:
    """The places that are held for one resident now."""
    rows = WaitingListOffer.objects.select_related("slot__opening__venue", "entry")
    rows = rows.filter(entry__resident_id=resident_id, state=WaitingListOffer.State.OPEN)
    return list(rows.filter(until__gt=at).order_by("until"))


def _live(resident_id: UUID, programme_id: int, dose_number: int) -> WaitingListEntry | None:
    rows = WaitingListEntry.objects.select_for_update(no_key=True)
    return rows.filter(
        resident_id=resident_id,
        programme_id=programme_id,
        dose_number=dose_number,
        state__in=WaitingListEntry.LIVE,
    ).first()


def _check(wish: WaitingWish, contact: Contact, *, at: datetime) -> None:
    today = day_of(at)
    in_order = today <= wish.last_day and wish.first_day <= wish.last_day
    programme = wish.programme_id
    known = set(Venue.objects.filter(pk__in=wish.venue_ids).values_list("pk", flat=True))
    reachable = contact.phone or (contact.email and wish.reach == Reach.WRITTEN)
    if not (
        in_order
        and wish.last_day - today <= LONGEST
        and known == set(wish.venue_ids)
        and 0 <= wish.notice_hours <= MOST_NOTICE
        and 1 <= wish.dose_number <= MOST_DOSES
        and wish.reach in Reach.values
        and (wish.leftover_minutes is None or _may_be_asked_now(wish))
        and reachable
        and (programme is None or programmes.find(programme) is not None)
    ):
        raise WishUnclear


def _may_be_asked_now(wish: WaitingWish) -> bool:
    """Leftovers are answered within minutes: by who can be written to."""
    return wish.leftover_minutes in LEFTOVER_MINUTES and wish.reach == Reach.WRITTEN
