"""The clock, the zone and the calendar decide alike everywhere, and a step opens nothing (T37)."""

import time
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from booking import eligibility, one_time_codes, reservations
from booking.models import OneTimeCode
from shared import calendar
from tests import cast
from tests.cast import JST, NOW

ZONES = ["UTC", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata"]
BORN = [
    date(1926, 12, 24), date(1926, 12, 25), date(1936, 2, 29), date(1950, 1, 1), date(1950, 4, 1),
    date(1950, 4, 2), date(1989, 1, 7), date(1989, 1, 8), date(2004, 2, 29), date(2010, 12, 31),
]  # fmt: skip
# Moments at which two zones, two years, two eras or two school years disagree about the day.
MOMENTS = [
    datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), datetime(2026, 3, 31, 15, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 15, 0, tzinfo=UTC), datetime(2028, 2, 28, 15, 0, tzinfo=UTC),
    datetime(2026, 3, 8, 7, 30, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
]  # fmt: skip


def answers():
    """What the house says of sixty pairs of a birthday and a moment."""
    from django.utils import timezone

    found = []
    for moment in MOMENTS:
        with time_machine.travel(moment, tick=False):
            today = timezone.localdate()
            assert today == calendar.day_of(timezone.now())
            found += [said_of(born_on, today) for born_on in BORN]
    return found


def said_of(born_on, today):
    return (
        today, calendar.age_on(born_on, today), calendar.format_wareki(born_on),
        calendar.reaches_age_on(born_on, age=65), calendar.day_edges(today),
        calendar.months_later(today, 3), str(calendar.format_day(today)),
    )  # fmt: skip


@pytest.fixture
def machine(monkeypatch):
    """This machine, moved to another zone."""

    def move(zone):
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


class TestSixtyDays:
    def test_are_the_same_wherever_the_machine_thinks_it_is(self, machine):
        expected = answers()
        assert len(expected) == 60

        for zone in ZONES:
            machine(zone)
            assert answers() == expected, zone

    def test_the_machine_really_moves(self, machine):
        machine("Pacific/Kiritimati")

        assert time.localtime(0).tm_gmtoff == 14 * 3600 or time.timezone == -14 * 3600

    def test_a_day_begins_at_midnight_in_tokyo(self):
        before, after = (calendar.day_of(moment) for moment in MOMENTS[:2])

        assert (before, after) == (date(2026, 3, 31), date(2026, 4, 1))
        # Born on 1 April is a year older on the day before, as the law counts; on 2 April is not.
        assert [calendar.age_on(born, before) for born in (date(1950, 4, 1), date(1950, 4, 2))] == [76, 75]  # fmt: skip


class TestAStep:
    def claim(self, bucket, at):
        return reservations.claim(
            resident=cast.resident(), wishes=[reservations.Wish(1, bucket.pk)],
            asking=reservations.Asking(channel="web", request_key=uuid.uuid4()), by=None, at=at,
        )  # fmt: skip

    def test_of_the_clock_opens_no_stage_early(self, served):
        """A stage opens to the second; one second and one hour before, it is closed."""
        opens = datetime(2026, 6, 2, 9, 0, tzinfo=JST)
        cast.everybody_may_book(opens)
        bucket = cast.slot()[1]

        for early in (timedelta(seconds=1), timedelta(hours=1)):
            with pytest.raises((reservations.Refused, eligibility.NotEligible)):
                self.claim(bucket, opens - early)
        assert self.claim(bucket, opens)

    def test_of_the_clock_prolongs_no_code(self, served):
        """A code lives ten minutes; a clock set back by an hour gives it no hour more."""
        person = cast.resident(phone="+817099990002")
        asked = {"resident": person, "purpose": "enter", "network": "192.0.2.1", "language": "ja"}
        code_id = one_time_codes.send(**asked, at=NOW)
        row = OneTimeCode.objects.get(pk=code_id)

        for wrong in (
            NOW + one_time_codes.LIFE,
            NOW - timedelta(hours=1),
            NOW - timedelta(minutes=2),
        ):
            with pytest.raises(one_time_codes.WrongCode):
                one_time_codes.redeem(code_id=code_id, purpose="enter", code="000000", at=wrong)
            row.refresh_from_db()
            assert row.tries == 0, "not even looked at"
        with pytest.raises(one_time_codes.WrongCode):
            one_time_codes.redeem(code_id=code_id, purpose="enter", code="x", at=NOW)
        row.refresh_from_db()
        assert row.tries == 1
