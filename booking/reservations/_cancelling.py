"""Cancel a dose and decide on those after it, in one commit (取消と次の回)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from booking import change_limits
from booking.change_limits import Later, LaterChoices
from booking.models import Reservation, Resident
from booking.pairing import PairRule
from booking.reservations._change import cancel, move
from booking.reservations._questions import live_of
from booking.reservations._refusals import ChangedMeanwhile, LaterUndecided, SlotFull
from booking.rulebook import NoCourse, rulebook
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import slots
from venues.slot_facts import SlotFacts, UnknownBucket, facts


def later_choices_of(
    reservation: Reservation, held: list[Reservation], *, at: datetime
) -> LaterChoices:
    """What may become of the doses held after this one, should it be cancelled."""
    later = _after(reservation, held)
    if not later:
        return LaterChoices(())
    place, number = facts(reservation.bucket_id), reservation.dose_number
    apart = _apart(place)
    since = localdate(at)
    before = [one for one in _same_programme(reservation, held) if one.dose_number == number - 1]
    if before:
        since = max(since, facts(before[0].bucket_id).day + timedelta(days=apart))
    book = rulebook()
    together = book.terms(place.programme_id, place.day).pair_rule == PairRule.TOGETHER
    return change_limits.later_choices(
        "never" if together else book.change_terms(place.programme_id).later_dose,
        cancelled=number,
        later=[(one.dose_number, facts(one.bucket_id).day) for one in later],
        apart=apart,
        since=slots.first_day(like=place, dose_number=number, since=since, at=at),
    )


def _same_programme(reservation: Reservation, held: list[Reservation]) -> list[Reservation]:
    programme_id = facts(reservation.bucket_id).programme_id
    return [one for one in held if facts(one.bucket_id).programme_id == programme_id]


def _after(reservation: Reservation, held: list[Reservation]) -> list[Reservation]:
    """The later doses of the same programme."""
    found = _same_programme(reservation, held)
    return [one for one in found if one.dose_number > reservation.dose_number]


def cancel_with_later(
    *,
    reservation: Reservation,
    later: Later | None = None,
    move_to: int | None = None,
    channel: str,
    reason: str = "",
    pass_reason: str = "",
    call_id: UUID | None = None,
    by: Staff | None,
    at: datetime,
) -> list[Reservation]:
    """Cancel a dose and keep, cancel or move those after it, all in one commit or nothing at all.

    What may be chosen is decided under the resident's lock; where there is a later dose and nothing
    was chosen for it, or what may not be, LaterUndecided.
    """
    with municipality_atomic():
        Resident.objects.select_for_update(no_key=True).only("pk").get(pk=reservation.resident_id)
        held = live_of(reservation.resident_id)
        if reservation.pk not in {one.pk for one in held}:
            raise ChangedMeanwhile
        after = _after(reservation, held)
        if after:
            _check(later_choices_of(reservation, held, at=at), later, move_to)
        wanted = move_to if after and later == Later.MOVE else None
        if wanted is not None:  # holds are locked before buckets
            slots.own(holder_id=reservation.resident_id, bucket_id=wanted)
        among = [reservation.bucket_id, *(one.bucket_id for one in after)]
        slots.lock(bucket_ids=[*among, *([wanted] if wanted is not None else [])])
        told: dict[str, Any] = {"channel": channel, "call_id": call_id, "by": by, "at": at}
        done = [cancel(reservation=reservation, reason=reason, **told)]
        if later == Later.CANCEL:
            done += [cancel(reservation=one, reason=reason, **told) for one in after]
        elif wanted is not None:
            done.append(move(reservation=after[0], bucket_id=wanted, reason=pass_reason, **told))
    return done


def _check(choices: LaterChoices, later: Later | None, move_to: int | None) -> None:
    if later not in choices.allowed:
        keeping = later == Later.KEEP and choices.why_not_kept
        raise LaterUndecided(choices.why_not_kept if keeping else None)
    if later != Later.MOVE:
        return
    try:
        place = facts(move_to) if move_to is not None else None
    except UnknownBucket as unknown:
        raise SlotFull from unknown
    if place is None:
        raise LaterUndecided
    if choices.not_before and place.day < choices.not_before:
        raise LaterUndecided(choices.why_not_kept or None)


def _apart(place: SlotFacts) -> int:
    try:
        return rulebook().course(place.vaccine_id, place.day, place.programme_id).earliest_days
    except NoCourse:
        return 0
