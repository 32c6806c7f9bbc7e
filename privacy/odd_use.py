"""Questions: what of a day's looks is odd? Counts of the access log held against the ward's rules."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.module_loading import import_string
from django.utils.timezone import localtime

from privacy import alerts, odd_use_rules
from privacy.alerts import Matter
from privacy.models import AccessEntry, Alert, OddUseRule
from shared import calendar

LOOKS: Final = ("find", "view", "view_without_call", "call_back_number", "call_list", "reveal")
NEEDS_A_CALL: Final = ("find", "view", "view_without_call")
ENOUGH_DAYS: Final = 3  # fewer days of one's own say nothing: then the colleagues' are asked
K = Alert.Kind

type FlaggedAmong = Callable[[Iterable[UUID]], set[UUID]]


def look_over(*, day: date, at: datetime) -> list[Alert]:
    """Hold one day's looks against every rule that is on; raise what is odd."""
    rules = odd_use_rules.everything()
    odd = [
        matter
        for kind, judge in JUDGES.items()
        if rules[kind].is_on
        for matter in judge(day, rules[kind])
    ]
    return [alerts.raise_about(matter, day=day, at=at) for matter in odd]


def looks_of(first: date, last: date) -> "QuerySet[AccessEntry]":
    """Every look of staff at residents in days of the town."""
    begins, ends = calendar.day_edges(first)[0], calendar.day_edges(last)[1]
    return AccessEntry.objects.filter(
        happened_at__gte=begins, happened_at__lt=ends, staff_id__isnull=False, what__in=LOOKS
    )


def _no_call(day: date, rule: OddUseRule) -> Iterator[Matter]:
    """Looks outside of any call, by one account."""
    rows = looks_of(day, day).filter(call_id__isnull=True, what__in=NEEDS_A_CALL)
    for staff_id, count in _by_staff(rows, Count("id")):
        if count >= rule.threshold:
            yield _about_staff(K.NO_CALL, staff_id, count)


def _spike(day: date, rule: OddUseRule) -> Iterator[Matter]:
    """Many more people than this account usually sees, or than colleagues do."""
    today = dict(_by_staff(looks_of(day, day), Count("resident_id", distinct=True)))
    if not any(count >= rule.threshold for count in today.values()):
        return
    before = _people_by_day(day - timedelta(days=rule.days), day - timedelta(days=1))
    everybody = [count for counts in before.values() for count in counts]
    for staff_id, count in sorted(today.items(), key=lambda one: -one[1]):
        own = before.get(staff_id, [])
        days = own if len(own) >= ENOUGH_DAYS else everybody
        usual = sum(days) / len(days) if days else float(rule.threshold)
        if count >= rule.threshold and count >= rule.factor * usual:
            yield _about_staff(K.SPIKE, staff_id, count, usual=round(usual))


def _people_by_day(first: date, last: date) -> dict[UUID, list[int]]:
    rows = (
        looks_of(first, last)
        .annotate(day=TruncDate("happened_at"))
        .values("staff_id", "day")
        .annotate(people=Count("resident_id", distinct=True))
        .values_list("staff_id", "people")
    )
    found: dict[UUID, list[int]] = {}
    for staff_id, people in rows:
        if staff_id:
            found.setdefault(staff_id, []).append(people)
    return found


def _off_hours(day: date, rule: OddUseRule) -> Iterator[Matter]:
    """Looks before work begins and after it ends."""
    counts: dict[UUID, int] = {}
    for staff_id, moment in looks_of(day, day).values_list("staff_id", "happened_at"):
        if staff_id and not rule.hours_from <= localtime(moment).time() < rule.hours_until:
            counts[staff_id] = counts.get(staff_id, 0) + 1
    for staff_id, count in counts.items():
        if count >= rule.threshold:
            yield _about_staff(K.OFF_HOURS, staff_id, count)


def _many_lookers(day: date, rule: OddUseRule) -> Iterator[Matter]:
    """One resident, seen by many accounts, and today again."""
    today = looks_of(day, day).filter(resident_id__isnull=False).values("resident_id")
    rows = (
        looks_of(day - timedelta(days=rule.days - 1), day)
        .filter(resident_id__in=today)
        .values("resident_id")
        .annotate(lookers=Count("staff_id", distinct=True))
        .filter(lookers__gte=rule.threshold)
        .values_list("resident_id", "lookers")
    )
    for resident_id, lookers in rows:
        yield Matter(K.MANY_LOOKERS, str(resident_id), lookers, resident_id=resident_id)


def _flagged(day: date, rule: OddUseRule) -> Iterator[Matter]:
    """Looks at somebody who has moved away or died."""
    flagged_among: FlaggedAmong = import_string(settings.WAKU_FLAGGED_AMONG)
    rows = looks_of(day, day).filter(resident_id__isnull=False)
    counted = rows.values("resident_id").annotate(n=Count("id")).values_list("resident_id", "n")
    counts = {resident_id: count for resident_id, count in counted if resident_id}
    for resident_id in flagged_among(counts):
        if counts[resident_id] >= rule.threshold:
            yield Matter(K.FLAGGED, str(resident_id), counts[resident_id], resident_id=resident_id)


def _misses(day: date, rule: OddUseRule) -> Iterator[Matter]:
    """Many searches that fit nobody, by one account: somebody tries numbers."""
    rows = looks_of(day, day).filter(Q(succeeded=False))
    for staff_id, count in _by_staff(rows, Count("id")):
        if count >= rule.threshold:
            yield _about_staff(K.MISSES, staff_id, count)


def _by_staff(rows: "QuerySet[AccessEntry]", counted: Count) -> Iterator[tuple[UUID, int]]:
    for staff_id, count in rows.values("staff_id").annotate(n=counted).values_list("staff_id", "n"):
        if staff_id:
            yield staff_id, count


def _about_staff(kind: str, staff_id: UUID, count: int, *, usual: int | None = None) -> Matter:
    return Matter(kind, str(staff_id), count, usual=usual, staff_id=staff_id)


JUDGES: Final[dict[str, Callable[[date, OddUseRule], Iterator[Matter]]]] = {
    K.NO_CALL: _no_call,
    K.SPIKE: _spike,
    K.OFF_HOURS: _off_hours,
    K.MANY_LOOKERS: _many_lookers,
    K.FLAGGED: _flagged,
    K.MISSES: _misses,
}


def look_over_lately(*, at: datetime) -> list[Alert]:
    """Today, and yesterday until it is over for certain: late commits count too."""
    today = calendar.day_of(at)
    days = [today - timedelta(days=1), today] if localtime(at).hour < 3 else [today]
    return [alert for day in days for alert in look_over(day=day, at=at)]
