from datetime import UTC, date, datetime

import pytest

from shared import calendar
from shared.calendar import DateRefused, parse_day


class TestParseDay:
    @pytest.mark.parametrize(
        ("words", "day"),
        [
            ("昭和25年4月1日", date(1950, 4, 1)),
            ("昭和２５年４月１日", date(1950, 4, 1)),
            ("昭和 25 年 4 月 1 日", date(1950, 4, 1)),
            ("S25.4.1", date(1950, 4, 1)),
            ("s25/4/1", date(1950, 4, 1)),
            ("S250401", date(1950, 4, 1)),
            ("Ｓ２５．４．１", date(1950, 4, 1)),
            ("昭25-4-1", date(1950, 4, 1)),
            ("令和元年5月1日", date(2019, 5, 1)),
            ("R1.5.1", date(2019, 5, 1)),
            ("2005/8/24", date(2005, 8, 24)),
            ("1937-01-01", date(1937, 1, 1)),
            ("1937/1/1", date(1937, 1, 1)),
            ("1937－1－1", date(1937, 1, 1)),
            ("19370101", date(1937, 1, 1)),
            ("１９３７０１０１", date(1937, 1, 1)),
            ("1937年1月1日", date(1937, 1, 1)),
            ("2024-02-29", date(2024, 2, 29)),
        ],
    )
    def test_reads_what_people_write(self, words, day):
        assert parse_day(words) == day

    @pytest.mark.parametrize(
        ("last", "first", "day"),
        [
            ("M45.7.29", "T1.7.30", date(1912, 7, 30)),
            ("T15.12.24", "S1.12.25", date(1926, 12, 25)),
            ("S64.1.7", "H1.1.8", date(1989, 1, 8)),
            ("H31.4.30", "R1.5.1", date(2019, 5, 1)),
        ],
    )
    def test_knows_the_day_an_era_begins(self, last, first, day):
        assert parse_day(first) == day
        assert (day - parse_day(last)).days == 1

    @pytest.mark.parametrize(
        "words",
        [
            "昭和64年1月8日",
            "S1.12.24",
            "H1.1.7",
            "H31.5.1",
            "R1.4.30",
            "T15.12.25",
            "M1.1.24",
            "昭和0年1月1日",
            "2023-02-29",
            "昭和25年2月29日",
            "2005-8/24",
            "25.4.1",
            "1950-00-00",
            "",
            "きのう",
        ],
    )
    def test_refuses_a_day_that_never_was(self, words):
        with pytest.raises(DateRefused) as refusal:
            parse_day(words)
        assert str(refusal.value.words).endswith(("。", "1"))


class TestWareki:
    @pytest.mark.parametrize(
        ("day", "words"),
        [
            (date(1868, 1, 25), "明治元年1月25日"),
            (date(1989, 1, 7), "昭和64年1月7日"),
            (date(1989, 1, 8), "平成元年1月8日"),
            (date(2025, 4, 1), "令和7年4月1日"),
        ],
    )
    def test_names_the_era_and_the_first_year(self, day, words):
        assert calendar.format_wareki(day) == words
        assert parse_day(words) == day

    def test_refuses_days_before_meiji(self):
        with pytest.raises(DateRefused):
            calendar.format_wareki(date(1868, 1, 24))

    def test_finds_an_era_by_any_of_its_names(self):
        assert {calendar.find_era(word).name for word in ("昭和", "昭", "S", "ｓ")} == {"昭和"}
        with pytest.raises(DateRefused):
            calendar.find_era("慶応")


class TestDayEdges:
    def test_runs_from_midnight_to_midnight_in_tokyo(self):
        start, end = calendar.day_edges(date(2027, 4, 1))

        assert start == datetime(2027, 3, 31, 15, tzinfo=UTC)
        assert end == datetime(2027, 4, 1, 15, tzinfo=UTC)
        assert calendar.day_of(start) == date(2027, 4, 1)
        assert calendar.day_of(end) == date(2027, 4, 2)

    def test_refuses_a_moment_without_a_zone(self):
        with pytest.raises(ValueError, match="time zone"):
            calendar.day_of(datetime(2027, 4, 1))

    def test_words_the_day_with_its_weekday(self):
        assert calendar.format_day(date(2027, 4, 1)) == "2027年4月1日(木)"


class TestBusinessDays:
    @pytest.mark.parametrize(
        "day",
        [
            date(2021, 7, 22),  # 海の日, moved for the games
            date(2021, 8, 9),  # 振替休日
            date(2021, 8, 7),  # Saturday
            date(2026, 12, 29),
            date(2027, 1, 3),
        ],
    )
    def test_rests_on_holidays_weekends_and_the_turn_of_the_year(self, day):
        assert not calendar.is_business_day(day)

    def test_counts_only_business_days(self):
        friday_before_the_games = date(2021, 8, 6)

        assert calendar.business_day_after(friday_before_the_games, days=1) == date(2021, 8, 10)
        assert calendar.business_day_before(date(2021, 8, 10), days=1) == friday_before_the_games
        assert calendar.business_day_after(date(2026, 12, 28), days=3) == date(2027, 1, 6)


class TestAge:
    @pytest.mark.parametrize(
        ("born_on", "day", "age"),
        [
            (date(1957, 4, 1), date(2022, 3, 30), 64),
            (date(1957, 4, 1), date(2022, 3, 31), 65),
            (date(1957, 4, 2), date(2022, 3, 31), 64),
            (date(2004, 2, 29), date(2021, 2, 27), 16),
            (date(2004, 2, 29), date(2021, 2, 28), 17),
            (date(2004, 2, 29), date(2020, 2, 28), 16),
            (date(2000, 1, 1), date(2020, 12, 31), 21),
        ],
    )
    def test_is_reached_on_the_day_before(self, born_on, day, age):
        assert calendar.age_on(born_on, day) == age

    @pytest.mark.parametrize(
        ("born_on", "age", "day"),
        [
            (date(1957, 4, 1), 65, date(2022, 3, 31)),
            (date(2004, 2, 29), 17, date(2021, 2, 28)),
            (date(2004, 2, 29), 16, date(2020, 2, 28)),
            (date(2010, 1, 1), 12, date(2021, 12, 31)),
        ],
    )
    def test_begins_on_one_first_day(self, born_on, age, day):
        assert calendar.reaches_age_on(born_on, age=age) == day
        assert calendar.age_on(born_on, day) == age


class TestMonthsLater:
    @pytest.mark.parametrize(
        ("day", "months", "found"),
        [
            (date(2022, 11, 30), 3, date(2023, 3, 1)),
            (date(2023, 11, 30), 3, date(2024, 3, 1)),
            (date(2023, 11, 29), 3, date(2024, 2, 29)),
            (date(2021, 5, 31), 8, date(2022, 1, 31)),
            (date(2021, 10, 31), 1, date(2021, 12, 1)),
            (date(2021, 7, 31), 5, date(2021, 12, 31)),
            (date(2021, 12, 15), 12, date(2022, 12, 15)),
        ],
    )
    def test_keeps_the_day_number_or_takes_the_first_after(self, day, months, found):
        assert calendar.months_later(day, months) == found
