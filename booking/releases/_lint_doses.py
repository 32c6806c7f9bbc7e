"""Checks of the doses: each first place needs a second one in its time (接種回の点検)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from booking.releases.findings import Finding, error, some, warning
from booking.releases.terms import Course, Day, Facts, Row

LATEST_AFTER = 14  # days after the standard interval in which a second place still serves


def check_second_frames(facts: Facts) -> Iterator[Finding]:
    """Places meant for the second dose must not be choosable for the first."""
    for row in facts.rows:
        if row.dose_number is None or row.dose_number == 1:
            continue
        mixed = [
            day.day
            for day in facts.covered(row)
            for other in (*facts.rows, *facts.armed)
            if other.dose_number in {None, 1}
            and other.covers(venue_id=day.venue_id, day=day.day, channel=row.channel)
        ]
        if mixed:
            words = _("%(dose)s回目の枠が、ほかの行では1回目にも選べます：%(days)s")
            terms = {"dose": row.dose_number, "days": some(mixed)}
            yield error("second_frame_for_first", words % terms, row.row_id)


def check_doses_exist(facts: Facts) -> Iterator[Finding]:
    """A row for a dose that no course has would open nothing."""
    most = max((one.doses for one in facts.courses), default=0)
    for row in facts.rows:
        if row.dose_number is not None and row.dose_number > most:
            words = _("%(dose)s回目のある接種計画がありません。") % {"dose": row.dose_number}
            yield error("no_such_dose", words, row.row_id)
    known = {one.vaccine_id for one in facts.courses}
    without = [
        day.day for row in facts.rows for day in facts.covered(row) if day.vaccine_id not in known
    ]
    if without:
        words = _("接種計画のないワクチンの日は予約できません：%(days)s") % {"days": some(without)}
        yield error("no_course", words)


def check_second_cover(facts: Facts) -> Iterator[Finding]:
    """Each first place has a second one between the shortest and two weeks past the standard."""
    for course in facts.courses:
        if course.doses < 2:
            continue
        firsts = _free(facts, course, doses={1}, rows=facts.rows)
        if firsts:  # second places stand apart: every first one needs its own
            seconds = _seconds(facts, course)
            missing = _unmatched(firsts, seconds, course)
            if missing:
                yield error("second_dose_cover", _cover_words(course, missing, firsts))
            continue
        shared = _free(facts, course, doses={None}, rows=facts.rows)
        if shared:
            missing = _unmatched_shared(shared, course)
            if missing > sum(shared.values()) // 2:
                yield warning("second_dose_cover", _cover_words(course, missing, shared))


def _cover_words(course: Course, missing: int, firsts: Counter[date]) -> str:
    words = _(
        "%(vaccine)s：放出する%(firsts)s枠のうち%(missing)s枠に、%(days)s日以上あけた2回目の枠がありません。"
    )
    return words % {
        "vaccine": course.vaccine_name, "firsts": sum(firsts.values()), "missing": missing,
        "days": course.earliest_days,
    }  # fmt: skip


def _free(
    facts: Facts, course: Course, *, doses: set[int | None], rows: tuple[Row, ...]
) -> Counter[date]:
    """Free places a day of a course's vaccine that rows for these doses open."""
    found: Counter[date] = Counter()
    for day in facts.days:
        if day.vaccine_id == course.vaccine_id:
            found[day.day] += _left(day, [row for row in rows if row.dose_number in doses])
    return +found


def _left(day: Day, rows: list[Row]) -> int:
    return sum(
        count.left
        for channel, count in day.counts.items()
        if any(row.covers(venue_id=day.venue_id, day=day.day, channel=channel) for row in rows)
    )


def _seconds(facts: Facts, course: Course) -> Counter[date]:
    """Where a second dose fits: rows for it, here or armed, and days that no row speaks of."""
    everything = (*facts.rows, *facts.armed)
    found = _free(facts, course, doses={2}, rows=everything)
    for day in facts.days:
        if day.vaccine_id == course.vaccine_id:
            unplanned = {
                channel: count
                for channel, count in day.counts.items()
                if not any(
                    row.covers(venue_id=day.venue_id, day=day.day, channel=channel)
                    for row in everything
                )
            }
            found[day.day] += sum(count.left for count in unplanned.values())
    return +found


def _unmatched(firsts: Counter[date], seconds: Counter[date], course: Course) -> int:
    """How many first places find no second one; the earliest first place takes the earliest."""
    left, missing = Counter(seconds), 0
    for day in sorted(firsts):
        missing += _take(left, day, firsts[day], course)
    return missing


def _unmatched_shared(places: Counter[date], course: Course) -> int:
    """The same where a place serves either dose: what a pair uses is used for both."""
    left, missing = Counter(places), 0
    for day in sorted(places):
        mine = left.pop(day, 0)
        missing += _take(left, day, mine, course)
    return missing


def _take(left: Counter[date], day: date, wanted: int, course: Course) -> int:
    """Take this many from the days that are in time; how many could not be had."""
    since = day + timedelta(days=course.earliest_days)
    until = day + timedelta(days=course.standard_days + LATEST_AFTER)
    for later in sorted(one for one in left if since <= one <= until):
        taken = min(wanted, left[later])
        left[later] -= taken
        wanted -= taken
    return wanted


DOSE_CHECKS = (check_second_frames, check_doses_exist, check_second_cover)
