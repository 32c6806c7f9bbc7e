from datetime import UTC, datetime, time, timedelta

import pytest

from notifications.quiet_hours import QuietHours, next_permitted, sendable_at
from shared.calendar import TOKYO


def jst(day, hour, minute=0):
    return datetime(2026, 7, day, hour, minute, tzinfo=TOKYO)


USUAL = QuietHours()


class TestNextPermitted:
    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            (jst(1, 19, 59), jst(1, 19, 59)),
            (jst(1, 20), jst(2, 9)),
            (jst(1, 20, 30), jst(2, 9)),
            (jst(1, 23, 59), jst(2, 9)),
            (jst(2, 0), jst(2, 9)),
            (jst(2, 8, 59), jst(2, 9)),
            (jst(2, 9), jst(2, 9)),
        ],
    )
    def test_waits_for_nine_in_the_morning(self, at, expected):
        assert next_permitted(quiet=USUAL, at=at) == expected
        assert next_permitted(quiet=USUAL, at=at.astimezone(UTC)) == expected

    def test_knows_quiet_hours_within_one_day(self):
        siesta = QuietHours(time(12), time(13))

        assert next_permitted(quiet=siesta, at=jst(1, 12, 30)) == jst(1, 13)
        assert next_permitted(quiet=siesta, at=jst(1, 11)) == jst(1, 11)

    def test_is_never_quiet_when_both_ends_are_the_same(self):
        always = QuietHours(time(9), time(9))

        assert next_permitted(quiet=always, at=jst(1, 3)) == jst(1, 3)


class TestSendableAt:
    def test_lets_through_what_was_asked_for_now(self):
        found = sendable_at(useless_from=jst(3, 10), asked_for_now=True, at=jst(1, 23))

        assert found == jst(1, 23)

    def test_puts_off_a_reminder_to_the_morning(self):
        found = sendable_at(useless_from=jst(2, 10, 30), asked_for_now=False, at=jst(1, 20, 30))

        assert found == jst(2, 9)

    @pytest.mark.parametrize("visit", [jst(2, 9), jst(2, 8, 30)])
    def test_drops_what_would_come_after_the_visit(self, visit):
        assert sendable_at(useless_from=visit, asked_for_now=False, at=jst(1, 20, 30)) is None

    def test_drops_what_is_asked_for_after_the_visit(self):
        late = jst(2, 9) + timedelta(minutes=1)

        assert sendable_at(useless_from=jst(2, 9), asked_for_now=True, at=late) is None
