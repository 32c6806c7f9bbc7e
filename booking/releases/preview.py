"""Who sees what at a moment: a plan as a resident would meet it (8時30分の見え方)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from booking import eligibility
from booking.eligibility import Release, Request
from booking.models import ReleasePlan
from booking.releases import _reading
from booking.releases.terms import Day, Facts, Row
from booking.rulebook import NoCourse, Rulebook, rulebook
from venues.models import Channel


@dataclass(frozen=True)
class Sight:
    """What somebody meets at one venue on one day by one channel."""

    day: date
    venue_name: str
    channel: str
    places: int  # free and open at that moment
    refusal: str  # the first reason to say no; empty where it can be booked

    @property
    def channel_words(self) -> str:
        """What the channel is called."""
        return str(Channel(self.channel).label)

    @property
    def is_bookable(self) -> bool:
        """Whether a place could be taken."""
        return not self.refusal and self.places > 0


def preview(
    *, plan: ReleasePlan, born_on: date, dose_number: int, seen_at: datetime, at: datetime
) -> list[Sight]:
    """What somebody of this birth date meets at `seen_at`, with the plan as if it were armed."""
    facts, book = _reading.facts(plan, at=at), rulebook()
    return [
        _sight(facts, book, day, channel, born_on, dose_number, seen_at)
        for day in facts.days
        if day.day <= plan.day_until
        for channel in day.counts
    ]


def _sight(
    facts: Facts,
    book: Rulebook,
    day: Day,
    channel: str,
    born_on: date,
    dose_number: int,
    seen_at: datetime,
) -> Sight:
    rows = _covering((*facts.rows, *facts.armed), day, channel)
    places = _open_places(day, channel, _covering(facts.rows, day, channel), seen_at)
    words = _refusal(book, rows, day, channel, born_on, dose_number, seen_at)
    return Sight(day.day, day.venue_name, channel, places, words)


def _covering(rows: Iterable[Row], day: Day, channel: str) -> list[Row]:
    return [row for row in rows if row.covers(venue_id=day.venue_id, day=day.day, channel=channel)]


def _open_places(day: Day, channel: str, rows: list[Row], seen_at: datetime) -> int:
    count = day.counts[channel]
    if not rows or not all(row.places for row in rows):
        return count.left
    share = sum(row.places or 0 for row in rows if row.opens_at <= seen_at)
    return max(0, count.left * share // count.largest) if count.largest else 0


def _refusal(
    book: Rulebook,
    rows: list[Row],
    day: Day,
    channel: str,
    born_on: date,
    dose_number: int,
    seen_at: datetime,
) -> str:
    if not day.is_open or not day.bookable_from <= seen_at < day.bookable_until:
        return _("この日の予約は受け付けていません。")
    try:
        course = book.course(day.vaccine_id, day.day, day.programme_id)
    except NoCourse:
        return _("この日の予約は受け付けていません。")
    found = eligibility.refusals(
        Request(
            born_on=born_on, vaccination_day=day.day, dose_number=dose_number, at=seen_at,
            minimum_age=course.minimum_age, doses=course.doses,
            earliest_days=course.earliest_days, groups=book.groups,
            channel_stopped=book.stopped(channel), stop_words=book.rules.stop_words,
            releases=tuple(Release(one.group_id, one.dose_number, one.opens_at) for one in rows),
            only_dose=day.only_dose,
        )
    )  # fmt: skip
    return found[0].words if found else ""
