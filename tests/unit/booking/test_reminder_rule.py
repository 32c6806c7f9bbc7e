"""Whether, when and how: the ward's rule, clock in hand."""

from datetime import datetime, time, timedelta

import pytest

from booking.reminder_rule import ReminderRule, Way, decide
from notifications.quiet_hours import USUAL, QuietHours
from tests.cast import JST

HOUR = timedelta(hours=1)


def june(day, hour, minute=0):
    return datetime(2026, 6, day, hour, minute, tzinfo=JST)


LONG_AGO = june(1, 12)


def rule(**changes):
    given = {
        "starts": time(10, 0),
        "told_within": 6 * HOUR,
        "before_visit": HOUR,
        "calls_the_late": True,
        "quiet": USUAL,
    } | changes
    return ReminderRule(**given)


def way(visit, at, told_at=LONG_AGO, **changes):
    return decide(rule=rule(**changes), told_at=told_at, visit_at=visit, at=at).way


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (june(13, 23, 59), Way.WAIT),
        (june(14, 8), Way.WAIT),  # quiet until nine, and there is time
        (june(14, 9, 59), Way.WAIT),
        (june(14, 10), Way.EVE),
        (june(14, 19, 59), Way.EVE),
        (june(14, 20), Way.MORNING),
        (june(15, 3), Way.MORNING),
        (june(15, 9), Way.MORNING),
        (june(15, 10), Way.MORNING),
        (june(15, 10, 1), Way.CALL),
        (june(15, 11), Way.WAIT),  # the visit itself
    ],
)
def test_of_a_visit_at_eleven_told_long_ago(at, expected):
    assert way(june(15, 11), at) is expected


def test_at_the_first_minute_after_the_quiet_hours():
    found = decide(rule=rule(), told_at=LONG_AGO, visit_at=june(15, 11), at=june(14, 21))

    assert (found.way, found.when) == (Way.MORNING, june(15, 9))


@pytest.mark.parametrize("visit", [june(15, 9), june(15, 9, 59)])
def test_of_an_early_visit_goes_to_a_person(visit):
    assert way(visit, june(14, 20, 30)) is Way.CALL
    assert way(visit, june(14, 20, 30), calls_the_late=False) is Way.NOT_OWED
    assert way(visit, june(14, 20, 30), before_visit=timedelta()) is Way.MORNING


@pytest.mark.parametrize("told_at", [june(14, 0), june(14, 14, 1), june(14, 21), june(15, 1)])
@pytest.mark.parametrize("visit", [june(15, 9), june(15, 15)])
def test_who_was_told_on_the_eve_itself_is_told_nothing_more_at_night(told_at, visit):
    assert way(visit, max(told_at, june(14, 21)), told_at=told_at) is Way.NOT_OWED


def test_who_was_told_in_the_morning_of_the_eve_is_reminded_the_same_afternoon():
    visit, told_at = june(15, 9), june(14, 9, 30)

    assert way(visit, june(14, 15, 29), told_at=told_at) is Way.WAIT
    assert way(visit, june(14, 15, 30), told_at=told_at) is Way.EVE
    assert way(visit, june(14, 11, 30), told_at=told_at, told_within=2 * HOUR) is Way.EVE


def test_where_no_hour_is_quiet_goes_at_any_time():
    never = QuietHours(time(0), time(0))

    assert way(june(15, 9), june(14, 23, 59), quiet=never) is Way.EVE
    assert way(june(15, 9), june(15, 7), quiet=never) is Way.MORNING
