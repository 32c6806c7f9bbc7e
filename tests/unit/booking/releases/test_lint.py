"""Each morning of 2021 that was set up wrong is found before anybody arms the plan."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from booking.releases.lint import lint
from booking.releases.terms import Cohort, Count, Course, Day, Facts, Row
from tests.cast import JST, NOW

OPENS = datetime(2026, 6, 8, 8, 30, tzinfo=JST)
MONDAY = date(2026, 6, 15)
WEEK = 7


def day(number=0, **changes):
    counts = changes.pop("counts", {"web": Count(60, 0, 6, 6), "phone": Count(40, 0, 4, 4)})
    base = Day(
        opening_id=number + 1, venue_id=1, venue_name="見本会場",
        day=MONDAY + timedelta(days=number), vaccine_id=1, chairs=10, largest_slot=10,
        bookable_from=NOW, bookable_until=OPENS + timedelta(days=60), is_open=True, counts=counts,
    )  # fmt: skip
    return replace(base, **changes)


def row(number=1, **changes):
    base = Row(MONDAY, MONDAY + timedelta(days=4), "web", OPENS, row_id=number)
    return replace(base, **changes)


def facts(**changes):
    base = Facts(
        announced_at=OPENS, day_from=MONDAY, day_until=MONDAY + timedelta(days=6),
        rows=(row(), row(2, channel="phone")), days=tuple(day(n) for n in range(5)),
        cohorts=(Cohort(7, "75歳以上", NOW, people=100),), courses=(Course(1, "ダミー", 1, 0, 0),),
        at=NOW,
    )  # fmt: skip
    return replace(base, **changes)


def codes(**changes):
    return [one.code for one in lint(facts(**changes))]


def test_a_sound_plan_has_no_findings():
    assert codes() == []


def test_errors_come_first():
    found = lint(facts(rows=(row(opens_at=datetime(2026, 6, 8, 3, 0, tzinfo=JST)),)))

    assert [one.is_error for one in found] == sorted((one.is_error for one in found), reverse=True)


class TestMoments:
    def test_a_plan_without_rows_opens_nothing(self):
        assert codes(rows=()) == ["no_rows"]

    def test_the_past_is_refused(self):
        assert "in_past" in codes(rows=(row(opens_at=NOW), row(2, channel="phone")))

    def test_earlier_than_announced_is_refused(self):
        """Kitami: bookings were taken nine hours before the announced morning."""
        early = OPENS - timedelta(hours=8, minutes=30)

        found = codes(rows=(row(opens_at=early), row(2, channel="phone")))

        assert {"before_announced", "at_night"} <= set(found)

    def test_the_announced_second_itself_is_right(self):
        assert codes(announced_at=OPENS) == []


class TestDays:
    def test_another_week_is_refused(self):
        """The centre in Tokyo: the dates of a later week were open."""
        later = row(day_from=MONDAY + timedelta(days=WEEK), day_until=MONDAY + timedelta(days=11))
        days = tuple(day(n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11))

        assert "other_week" in codes(rows=(later, row(2, channel="phone")), days=days)

    def test_a_row_that_points_nowhere_is_refused(self):
        assert "nothing_there" in codes(rows=(row(venue_id=99), row(2, channel="phone")))

    def test_a_day_without_slots_is_said(self):
        assert "empty_day" in codes(days=tuple(day(n) for n in (0, 1, 3, 4)))

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"bookable_from": OPENS + timedelta(seconds=1)}, "window_later"),
            ({"bookable_until": OPENS}, "window_over"),
            ({"is_open": False}, "closed_day"),
        ],
    )
    def test_a_day_that_takes_no_bookings_is_found(self, change, code):
        days = (day(0, **change), *(day(n) for n in range(1, 5)))

        assert code in codes(days=days)


class TestNumbers:
    def test_more_than_stands_is_refused(self):
        assert "more_than_stands" in codes(rows=(row(places=7), row(2, channel="phone")))

    def test_two_rows_share_what_stands(self):
        later = row(3, places=3, opens_at=OPENS + timedelta(days=3))

        assert "more_than_stands" in codes(rows=(row(places=4), later, row(2, channel="phone")))
        exact = row(3, places=2, opens_at=OPENS + timedelta(days=3))
        assert codes(rows=(row(places=4), exact, row(2, channel="phone"))) == []

    def test_places_in_no_row_are_said(self):
        assert codes(rows=(row(places=4), row(2, channel="phone"))) == ["left_closed"] * 5

    def test_more_people_than_chairs_is_refused(self):
        """Kishiwada: about 900 people were accepted too many."""
        days = (day(0, largest_slot=11), *(day(n) for n in range(1, 5)))

        assert "beyond_chairs" in codes(days=days)

    def test_more_people_than_doses_is_refused(self):
        days = (day(0, doses_in_stock=99), *(day(n, doses_in_stock=100) for n in range(1, 5)))

        assert codes(days=days) == ["beyond_doses"]

    def test_a_jump_of_capacity_is_said(self):
        big = {"web": Count(600, 0, 6, 6), "phone": Count(40, 0, 4, 4)}

        assert "jump" in codes(days=(day(0, counts=big), *(day(n) for n in range(1, 5))))

    def test_a_plan_that_forgets_the_telephone_is_said(self):
        """Yokohama: 38 of 2,588 came through by telephone."""
        assert codes(rows=(row(),)) == ["no_phone"]


class TestCohorts:
    def test_a_cohort_that_may_not_book_yet_is_refused(self):
        cohorts = (Cohort(7, "75歳以上", OPENS + timedelta(days=1), people=100),)
        rows = (row(group_id=7), row(2, channel="phone", group_id=7))

        assert codes(cohorts=cohorts, rows=rows) == ["cohort_later", "cohort_later"]

    def test_a_cohort_booked_elsewhere_is_refused(self):
        cohorts = (Cohort(8, "医療従事者", NOW, is_external=True),)

        assert "external_cohort" in codes(cohorts=cohorts, rows=(row(group_id=8),))

    def test_a_cohort_without_places_is_said(self):
        cohorts = (Cohort(7, "75歳以上", NOW, people=100), Cohort(9, "65歳以上", NOW, people=50))
        rows = (row(group_id=7), row(2, channel="phone", group_id=7))

        assert codes(cohorts=cohorts, rows=rows) == ["cohort_without_places"]
        assert codes(cohorts=cohorts, rows=rows, armed=(row(5, group_id=9),)) == []

    def test_more_people_than_places_is_said(self):
        """Kawasaki: 150,000 people for 34,000 places."""
        cohorts = (Cohort(7, "75歳以上", NOW, people=1000),)

        assert codes(cohorts=cohorts) == ["more_people_than_places"]
        assert codes(cohorts=cohorts, expected_share=50) == []

    def test_what_was_not_counted_is_not_compared(self):
        assert codes(cohorts=(Cohort(7, "75歳以上", NOW),)) == ["not_counted"]


class TestDoses:
    TWO = (Course(1, "ダミー", 2, 21, 21),)

    def plan(self, seconds):
        first = row(dose_number=1, channel="web")
        second = row(
            3, dose_number=2, day_from=MONDAY + timedelta(days=21),
            day_until=MONDAY + timedelta(days=25),
        )  # fmt: skip
        later = tuple(day(n, counts={"web": Count(seconds, 0, 6, 6)}) for n in range(21, 26))
        return {
            "rows": (first, second, row(2, channel="phone", dose_number=1)),
            "days": (*(day(n) for n in range(5)), *later), "courses": self.TWO,
            "day_until": MONDAY + timedelta(days=30),
        }  # fmt: skip

    def test_too_few_second_places_are_refused(self):
        """Maibara: seven second places for ten first ones; 5,342 people were called again."""
        assert "second_dose_cover" in codes(**self.plan(70))

    def test_one_second_place_for_each_first_is_enough(self):
        assert "second_dose_cover" not in codes(**self.plan(100))

    def test_second_places_too_early_do_not_count(self):
        plan = self.plan(100) | {"courses": (Course(1, "ダミー", 2, 28, 28),)}

        assert "second_dose_cover" in codes(**plan)

    def test_frames_of_the_second_dose_are_not_choosable_for_the_first(self):
        """Mito: about 6,000 people booked second-dose frames for their first."""
        rows = (row(dose_number=2), row(3, dose_number=None), row(2, channel="phone"))

        assert "second_frame_for_first" in codes(rows=rows, courses=self.TWO)

    def test_a_dose_nobody_has_is_refused(self):
        assert "no_such_dose" in codes(rows=(row(dose_number=2), row(2, channel="phone")))

    def test_a_vaccine_without_a_course_is_refused(self):
        assert "no_course" in codes(courses=())
