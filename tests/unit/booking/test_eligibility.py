"""May this person book this dose on this day? Edges of every rule, over plain values."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from booking.eligibility import Group, Request, refusals
from tests.cast import JST, NOW

DAY = date(2026, 6, 15)
EVERYBODY = Group("すべての方", None, None, NOW - timedelta(days=1))


def request(**changes):
    base = Request(
        born_on=date(1950, 4, 1), vaccination_day=DAY, dose_number=1, at=NOW, minimum_age=16,
        doses=2, earliest_days=19, groups=(EVERYBODY,), vaccine_id=1,
    )  # fmt: skip
    return replace(base, **changes)


def codes(**changes):
    return [refusal.code for refusal in refusals(request(**changes))]


class TestAge:
    @pytest.mark.parametrize(
        ("born_on", "expected"),
        [
            (date(2010, 6, 15), []),  # the birthday itself
            (date(2010, 6, 16), []),  # the law: reached on the day before
            (date(2010, 6, 17), ["too_young"]),
        ],
    )
    def test_is_counted_on_the_day_of_vaccination_as_the_law_does(self, born_on, expected):
        assert codes(born_on=born_on) == expected

    @pytest.mark.parametrize(
        ("day", "expected"), [(date(2026, 2, 27), ["too_young"]), (date(2026, 2, 28), [])]
    )
    def test_of_somebody_born_on_29_february(self, day, expected):
        assert codes(born_on=date(2008, 2, 29), minimum_age=18, vaccination_day=day) == expected

    def test_must_be_known_in_whole(self):
        assert codes(born_on=None) == ["born_unknown"]


class TestGroups:
    ELDERS = Group("65歳以上の方", None, date(1957, 4, 1), datetime(2026, 6, 1, 8, 30, tzinfo=JST))
    OTHERS = Group("64歳以下の方", date(1957, 4, 2), None, datetime(2026, 7, 1, 8, 30, tzinfo=JST))

    @pytest.mark.parametrize(
        ("born_on", "at", "expected"),
        [
            (date(1957, 4, 1), datetime(2026, 6, 1, 8, 30, tzinfo=JST), []),
            (date(1957, 4, 1), datetime(2026, 6, 1, 8, 29, 59, tzinfo=JST), ["not_open_yet"]),
            (date(1957, 4, 2), datetime(2026, 6, 1, 8, 30, tzinfo=JST), ["not_open_yet"]),
            (date(1957, 4, 2), datetime(2026, 7, 1, 8, 30, tzinfo=JST), []),
        ],
    )
    def test_open_to_the_second_and_by_the_day_of_birth(self, born_on, at, expected):
        assert codes(born_on=born_on, at=at, groups=(self.ELDERS, self.OTHERS)) == expected

    def test_say_when_they_open(self):
        early = request(at=self.ELDERS.bookable_from - timedelta(hours=1), groups=(self.ELDERS,))

        assert refusals(early)[0].words == "65歳以上の方の予約は6月1日8時30分から受け付けます。"

    def test_may_be_served_elsewhere_or_not_exist_yet(self):
        external = replace(self.ELDERS, is_external=True)

        assert codes(groups=(external,)) == ["external"]
        assert codes(groups=()) == ["no_group"]


class TestDoses:
    @pytest.mark.parametrize("dose", [0, 3, -1])
    def test_outside_the_course_are_refused(self, dose):
        assert codes(dose_number=dose) == ["no_such_dose"]

    @pytest.mark.parametrize(
        ("days", "expected"), [(19, []), (18, ["too_soon"]), (0, ["too_soon"])]
    )
    def test_keep_the_interval_to_the_one_before(self, days, expected):
        first = DAY - timedelta(days=days)

        assert codes(dose_number=2, dose_days={1: first}) == expected

    @pytest.mark.parametrize(("days", "expected"), [(19, []), (18, ["too_late"])])
    def test_keep_the_interval_to_the_one_after(self, days, expected):
        assert codes(dose_days={2: DAY + timedelta(days=days)}) == expected

    def test_are_of_one_vaccine(self):
        assert codes(dose_number=2, other_vaccine_ids=frozenset({2})) == ["other_vaccine"]
        assert codes(dose_number=2, other_vaccine_ids=frozenset({1})) == []


class TestChannel:
    def test_says_the_ward_s_own_words_when_stopped(self):
        stopped = refusals(request(channel_stopped=True, stop_words="台風のため停止中です。"))

        assert [one.words for one in stopped] == ["台風のため停止中です。"]

    def test_has_words_where_the_ward_wrote_none(self):
        assert refusals(request(channel_stopped=True))[0].words


def test_every_reason_is_told_in_order():
    found = codes(born_on=date(2020, 1, 1), dose_number=5, channel_stopped=True)

    assert found == ["stopped", "too_young", "no_such_dose"]
