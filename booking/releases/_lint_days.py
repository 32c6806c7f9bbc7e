"""Checks of the moments, the days and the numbers of a plan (日時と枠数の点検)."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from statistics import median

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from booking.releases.findings import Finding, error, some, warning
from booking.releases.terms import Day, Facts, Row
from shared.templatetags.words import moment, short_day

EARLY, LATE = time(7), time(21)
JUMP = 1.5  # times what the venue's days usually hold


def check_rows(facts: Facts) -> Iterator[Finding]:
    """A plan without rows opens nothing; a row twice is a slip."""
    if not facts.rows:
        yield error("no_rows", _("放出する行がありません。行を追加してください。"))
    seen: set[tuple[object, ...]] = set()
    for row in facts.rows:
        key = (row.venue_id, row.day_from, row.day_until, row.channel, row.group_id,
               row.dose_number, row.opens_at)  # fmt: skip
        if key in seen:
            yield warning("row_twice", _("同じ内容の行が二つあります。"), row.row_id)
        seen.add(key)


def check_moments(facts: Facts) -> Iterator[Finding]:
    """Nothing opens in the past, before it was announced, or while everybody sleeps."""
    for row in facts.rows:
        said = moment(row.opens_at)
        if row.opens_at <= facts.at:
            words = _("放出日時（%(moment)s）がすでに過ぎています。")
            yield error("in_past", words % {"moment": said}, row.row_id)
        elif row.opens_at < facts.announced_at:
            words = _("公表した受付開始（%(announced)s）より早く、%(moment)sに開きます。")
            terms = {"announced": moment(facts.announced_at), "moment": said}
            yield error("before_announced", words % terms, row.row_id)
        if not EARLY <= localtime(row.opens_at).time() <= LATE:
            words = _("夜間（%(moment)s）に開きます。時刻を確かめてください。")
            yield warning("at_night", words % {"moment": said}, row.row_id)


def check_weeks(facts: Facts) -> Iterator[Finding]:
    """Only days that were announced open; a day that holds nothing is said."""
    for row in facts.rows:
        if row.day_from < facts.day_from or row.day_until > facts.day_until:
            words = _("公表した接種日（%(first)s〜%(last)s）の外の日が入っています。")
            terms = {"first": short_day(facts.day_from), "last": short_day(facts.day_until)}
            yield error("other_week", words % terms, row.row_id)
        covered = {day.day for day in facts.covered(row) if row.channel in day.counts}
        if not covered:
            words = _("この行が指す会場・日・受付経路に、予約枠が一つもありません。")
            yield error("nothing_there", words, row.row_id)
            continue
        empty = [one for one in _days(row) if one not in covered]
        if empty:
            words = _("予約枠のない日があります：%(days)s") % {"days": some(empty)}
            yield warning("empty_day", words, row.row_id)


def check_windows(facts: Facts) -> Iterator[Finding]:
    """A row opens nothing while its day does not take bookings."""
    for row in facts.rows:
        covered = facts.covered(row)
        late = [day.day for day in covered if day.bookable_from > row.opens_at]
        if late:
            words = _("開設日の予約受付開始が、この行の放出より後です：%(days)s")
            yield error("window_later", words % {"days": some(late)}, row.row_id)
        over = [day.day for day in covered if day.bookable_until <= row.opens_at]
        if over:
            words = _("放出の時には予約締切を過ぎています：%(days)s")
            yield error("window_over", words % {"days": some(over)}, row.row_id)
        closed = [day.day for day in covered if not day.is_open]
        if closed:
            words = _("休止中の日が入っています：%(days)s") % {"days": some(closed)}
            yield warning("closed_day", words, row.row_id)


def check_numbers(facts: Facts) -> Iterator[Finding]:
    """What is released a slot is what stands there, neither more nor, unsaid, less."""
    for day in facts.days:
        for channel, count in day.counts.items():
            rows = [
                row
                for row in facts.rows
                if row.covers(venue_id=day.venue_id, day=day.day, channel=channel)
            ]
            asked = sum(row.places or 0 for row in rows)
            where = {"venue": day.venue_name, "day": short_day(day.day), "asked": asked}
            if asked > count.smallest:
                words = _(
                    "%(venue)s %(day)s：一枠%(asked)sを放出しますが、%(stands)sしかない枠があります。"
                )
                yield error("more_than_stands", words % (where | {"stands": count.smallest}))
            elif asked and all(row.places for row in rows) and asked < count.largest:
                words = _("%(venue)s %(day)s：一枠%(left)sがどの行にもなく、閉じたままです。")
                yield warning("left_closed", words % (where | {"left": count.largest - asked}))


def check_chairs(facts: Facts) -> Iterator[Finding]:
    """No slot holds more people than there are chairs; no day more than there are doses."""
    for day in _touched(facts):
        where = {"venue": day.venue_name, "day": short_day(day.day)}
        if day.largest_slot > day.chairs:
            words = _(
                "%(venue)s %(day)s：一枠に%(places)s人入りますが、レーンでは%(chairs)s人です。"
            )
            terms = where | {"places": day.largest_slot, "chairs": day.chairs}
            yield error("beyond_chairs", words % terms)
        if day.doses_in_stock is not None and day.capacity > day.doses_in_stock:
            words = _("%(venue)s %(day)s：%(places)s枠に対し、ワクチンは%(doses)s回分です。")
            terms = where | {"places": day.capacity, "doses": day.doses_in_stock}
            yield error("beyond_doses", words % terms)


def check_jumps(facts: Facts) -> Iterator[Finding]:
    """A day with far more places than its venue usually has is probably a slip of the keyboard."""
    for day in _touched(facts):
        usual = median(one.capacity for one in facts.days if one.venue_id == day.venue_id)
        if usual and day.capacity > JUMP * usual:
            words = _(
                "%(venue)s %(day)s：%(places)s枠は、この会場のふだん（%(usual)s枠）より大幅に多い数です。"
            )
            terms = {"venue": day.venue_name, "day": short_day(day.day), "places": day.capacity,
                     "usual": round(usual)}  # fmt: skip
            yield warning("jump", words % terms)


def check_channels(facts: Facts) -> Iterator[Finding]:
    """Who cannot use the web must have a telephone place as well."""
    channels = {row.channel for row in facts.rows}
    has_phone = any("phone" in day.counts for day in _touched(facts))
    if "web" in channels and "phone" not in channels and has_phone:
        yield warning(
            "no_phone",
            _("電話の枠を放出する行がありません。電話の枠は開設日の設定のまま開きます。"),
        )


def _days(row: Row) -> list[date]:
    return [
        row.day_from + timedelta(days=number)
        for number in range((row.day_until - row.day_from).days + 1)
    ]


def _touched(facts: Facts) -> list[Day]:
    ids = {day.opening_id for row in facts.rows for day in facts.covered(row)}
    return [day for day in facts.days if day.opening_id in ids]


DAY_CHECKS = (
    check_rows, check_moments, check_weeks, check_windows, check_numbers, check_chairs,
    check_jumps, check_channels,
)  # fmt: skip
