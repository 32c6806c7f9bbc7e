"""Verbs on openings: open days, change, close, reopen (開設日)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from shared.calendar import TOKYO
from tenancy import history, live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from venues import programmes, slots
from venues.freed import places_freed
from venues.models import Bucket, Opening, Programme, Vaccine, Venue
from venues.refusals import DayPassed, NoDay, Overlaps, WindowRefused, checked_reason
from venues.timetable import Hours, Line, lines

MOST_DAYS = 62  # at once: two months


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What every day of one opening form has in common."""

    venue: Venue
    vaccine: Vaccine
    hours: Hours
    bookable_from: datetime
    days_before: int  # booking ends so many days before the opening
    closes_at: time  # at this time of that day
    programme: Programme | None = None  # none: the first
    dose_number: int | None = None  # none: any dose

    @property
    def programme_id(self) -> int:
        """Whose days they are."""
        return self.programme.pk if self.programme else programmes.first()

    def bookable_until(self, day: date) -> datetime:
        """When booking for one of the days ends."""
        return datetime.combine(day - timedelta(self.days_before), self.closes_at, tzinfo=TOKYO)


def open_days(
    *, plan: Plan, days: Sequence[date], reason: str, by: Staff, at: datetime
) -> list[Opening]:
    """Open a venue on several days with all their slots, all or none, or refuse."""
    reason = checked_reason(reason)
    check(plan=plan, days=days, at=at)
    found = lines(plan.hours)
    with municipality_atomic():
        # In turn: two officers opening the same hours must not both find them free.
        venue = Venue.objects.select_for_update(no_key=True).get(pk=plan.venue.pk)
        plan = replace(plan, venue=venue)  # as it is now: it may have been closed meanwhile
        _check_overlaps(plan, days)
        made = [_open_day(plan, day, found, reason=reason, by=by, at=at) for day in days]
        on_commit(live.stir)
    return made


def open_day(*, plan: Plan, day: date, reason: str, by: Staff, at: datetime) -> Opening:
    """Open a venue on one day with all its slots, or refuse."""
    return open_days(plan=plan, days=[day], reason=reason, by=by, at=at)[0]


def check(*, plan: Plan, days: Sequence[date], at: datetime) -> None:
    """Refuse what could not be opened: also for the preview, before anything is written."""
    if not days:
        raise NoDay
    if len(days) > MOST_DAYS:
        raise NoDay(_("一度に開設できるのは%(count)s日までです。") % {"count": MOST_DAYS})
    if min(days) < localdate(at):
        raise DayPassed
    lines(plan.hours)
    for day in days:
        _check_window(
            plan.bookable_from, plan.bookable_until(day), day=day, ends_at=plan.hours.ends_at
        )
    _check_overlaps(plan, days)


def change(
    *,
    opening: Opening,
    lanes: int,
    places_per_lane: int,
    phone_share: int,
    walk_in_share: int = 0,
    reserve_share: int = 0,
    bookable_from: datetime,
    bookable_until: datetime,
    reason: str,
    by: Staff,
    at: datetime,
) -> list[Bucket]:
    """Change lanes, places and window of a day; the buckets that stay above for being taken.

    Hours stay: a longer day is a second opening, a shorter one closes its slots.
    """
    reason = checked_reason(reason)
    hours = replace(
        hours_of(opening), lanes=lanes, places_per_lane=places_per_lane, phone_share=phone_share,
        walk_in_share=walk_in_share, reserve_share=reserve_share,
    )  # fmt: skip
    found = lines(hours)
    _check_window(bookable_from, bookable_until, day=opening.day, ends_at=opening.ends_at)
    with municipality_atomic():
        row = Opening.objects.select_for_update(no_key=True).get(pk=opening.pk)
        same_places = hours_of(row) == hours
        for name in ("lanes", "places_per_lane", "phone_share", "walk_in_share", "reserve_share"):
            setattr(row, name, getattr(hours, name))
        row.bookable_from, row.bookable_until = bookable_from, bookable_until
        history.save(row, reason=reason, by=by, at=at)
        slots.renew_copies(opening_ids=[row.pk])
        on_commit(live.stir)
        if same_places:
            return []
        for channel in slots.channels_of(found):
            slots.ensure(opening=row, channel=channel)
        return slots.fit(wanted=_wanted(row, found), reason=reason, by=by, at=at)


def close_day(*, opening: Opening, reason: str, by: Staff, at: datetime) -> bool:
    """Stop new bookings of a day at once; nobody is cancelled. False where it was closed."""
    reason = checked_reason(reason)
    return _set_open(opening, wanted=False, reason=reason, by=by, at=at)


def reopen_day(*, opening: Opening, reason: str, by: Staff, at: datetime) -> bool:
    """Take bookings for a closed day again; slots closed singly stay closed."""
    reason = checked_reason(reason)
    if opening.day < localdate(at):
        raise DayPassed
    return _set_open(opening, wanted=True, reason=reason, by=by, at=at)


def hours_of(opening: Opening) -> Hours:
    """The timetable's part of an opening."""
    return Hours(
        starts_at=opening.starts_at,
        ends_at=opening.ends_at,
        break_from=opening.break_from,
        break_until=opening.break_until,
        lanes=opening.lanes,
        slot_minutes=opening.slot_minutes,
        places_per_lane=opening.places_per_lane,
        phone_share=opening.phone_share,
        walk_in_share=opening.walk_in_share,
        reserve_share=opening.reserve_share,
    )


def _open_day(
    plan: Plan, day: date, found: list[Line], *, reason: str, by: Staff, at: datetime
) -> Opening:
    made = Opening(
        venue=plan.venue,
        vaccine=plan.vaccine,
        programme_id=plan.programme_id,
        dose_number=plan.dose_number,
        day=day,
        bookable_from=plan.bookable_from,
        bookable_until=plan.bookable_until(day),
        **vars(plan.hours),
    )
    history.save(made, reason=reason, by=by, at=at)
    slots.open_from_timetable(opening=made, found=found, reason=reason, by=by, at=at)
    return made


def _set_open(opening: Opening, *, wanted: bool, reason: str, by: Staff, at: datetime) -> bool:
    with municipality_atomic():
        row = Opening.objects.select_for_update(no_key=True).get(pk=opening.pk)
        if row.is_open == wanted:
            return False
        row.is_open = wanted
        history.save(row, reason=reason, by=by, at=at)
        slots.renew_copies(opening_ids=[row.pk])
        if wanted:
            rows = Bucket.objects.filter(slot__opening=row)
            places_freed(bucket_ids=rows.values_list("pk", flat=True), at=at)
        on_commit(live.stir)
    opening.is_open = wanted
    return True


def _check_window(begins: datetime, ends: datetime, *, day: date, ends_at: time) -> None:
    if not begins < ends <= datetime.combine(day, ends_at, tzinfo=TOKYO):
        raise WindowRefused


def _check_overlaps(plan: Plan, days: Sequence[date]) -> None:
    rows = overlapping(plan=plan, days=days)
    clash = rows.filter(vaccine=plan.vaccine, programme_id=plan.programme_id).first()
    if clash is not None:
        words = _(
            "%(day)sは、同じ会場・同じワクチンの開設（%(from)s〜%(until)s）と時間が重なっています。"
        )
        raise Overlaps(
            words
            % {
                "day": f"{clash.day.month}/{clash.day.day}",
                "from": f"{clash.starts_at:%H:%M}",
                "until": f"{clash.ends_at:%H:%M}",
            }
        )


def overlapping(*, plan: Plan, days: Sequence[date]) -> QuerySet[Opening]:
    """Openings of the same venue at the same hours, of any vaccine."""
    return Opening.objects.filter(
        venue=plan.venue,
        day__in=days,
        starts_at__lt=plan.hours.ends_at,
        ends_at__gt=plan.hours.starts_at,
    ).order_by("day", "starts_at")


def _wanted(opening: Opening, found: list[Line]) -> dict[int, int]:
    by_start = {line.starts_at: line for line in found}
    wanted = {}
    for bucket in Bucket.objects.filter(slot__opening=opening).select_related("slot"):
        line = by_start.get(localtime(bucket.slot.starts_at).time())
        if line:
            wanted[bucket.pk] = line.of(bucket.channel)
    return wanted
