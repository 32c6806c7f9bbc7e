"""Question: what fits beside a dose that is chosen or booked (前後の接種回)."""

from datetime import date, datetime, timedelta

from booking.free_places import Wanted
from booking.pairing import MakerRule
from booking.rulebook import Course, rulebook
from venues.models import Opening
from venues.picture import Place


def for_next(
    first: Place,
    course: Course,
    *,
    born_on: date | None,
    at: datetime | None = None,
    dose_number: int = 2,
) -> Wanted:
    """What fits as the dose after `first`: the same vaccine, never before the earliest day."""
    since = first.day + timedelta(days=course.earliest_days)
    latest = course.latest_days
    return Wanted(
        born_on=born_on,
        vaccine_ids=may_follow(first.vaccine_id, first.programme_id, first.day),
        programme_id=first.programme_id,
        since=since,
        until=None if latest is None else first.day + timedelta(days=latest),
        dose_number=dose_number,
        at=at,
    )


def beside(
    before: Opening | None,
    after: Opening | None,
    *,
    born_on: date | None,
    programme_id: int | None,
    dose_number: int,
    at: datetime,
) -> Wanted:
    """What fits between the doses that are booked: not too soon after one, nor too late."""
    day = timedelta(days=1)
    since, until, vaccine_ids = None, None, None
    for one in (before, after):
        if one is None:
            continue
        course = rulebook().course(one.vaccine_id, one.day, one.programme_id)
        vaccine_ids = vaccine_ids or may_follow(one.vaccine_id, one.programme_id, one.day)
        nearest, latest = course.earliest_days * day, course.latest_days
        if one is before:
            since = one.day + nearest
            until = None if latest is None else one.day + latest * day
        else:
            until = min(until or date.max, one.day - nearest)
            since = max(since or date.min, date.min if latest is None else one.day - latest * day)
    return Wanted(
        born_on=born_on,
        vaccine_ids=vaccine_ids,
        programme_id=programme_id,
        since=since,
        until=until,
        dose_number=dose_number,
        at=at,
    )


def may_follow(vaccine_id: int, programme_id: int, day: date) -> frozenset[int] | None:
    """What may be given beside a vaccine, as the programme's maker rule says; None is: anything."""
    book = rulebook()
    rule = book.terms(programme_id, day).maker_rule
    if rule == MakerRule.ANY:
        return None
    if rule == MakerRule.SAME_MAKER:
        maker = book.makers.get(vaccine_id)
        return frozenset(pk for pk, one in book.makers.items() if one == maker) | {vaccine_id}
    return frozenset({vaccine_id})
