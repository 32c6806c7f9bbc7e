"""The ward enters a second programme, says how its doses belong together, and opens days for it."""

from datetime import date

import pytest
import time_machine

from booking import rulebook
from booking.models import ProgrammeRule, ReleasePlan, VaccineCourse
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from venues import programmes
from venues.models import Opening, Programme

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def ward(served):
    rulebook.booking_rules()
    return desk(cast.staff("ward_officer", display_name="見本 区職員"))


def programme(**changes):
    return {
        "name": "見本検診", "name_en": "Mihon check-up", "kind": "check_up", "position": "2",
        "is_open": "on", "reason": "秋の検診", **changes,
    }  # fmt: skip


def rule(**changes):
    return {
        "programme": programmes.first(), "effective_from": "2026-07-01", "pair_rule": "together",
        "maker_rule": "vaccine", "unanswered": "keep", "reason": "二回目の不足を防ぐ", **changes,
    }  # fmt: skip


class TestProgrammes:
    def test_the_first_is_there_already(self, ward):
        programmes.first()
        page = ward.get("/rules/").text

        assert "予防接種" in page
        assert "続けて案内する" in page  # what holds without a rule

    def test_a_second_is_entered_closed_and_told(self, ward):
        assert ward.post("/rules/programmes/new/", programme()).status_code == 302
        assert "見本検診" in ward.get("/rules/").text
        made = Programme.objects.get(name="見本検診")

        answer = ward.post(f"/rules/programmes/{made.pk}/", programme(is_open=""))

        assert answer.status_code == 302
        made.refresh_from_db()
        assert not made.is_open
        assert "秋の検診" in ward.get(f"/rules/programmes/{made.pk}/").text

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"name": ""}, "入力"),
            ({"name": "予防接種"}, "この名称の事業はすでにあります。"),
            ({"name": "あ" * 61}, "60"),
            ({"kind": "dance"}, "選"),
            ({"position": "-1"}, "1"),
            ({"position": "9" * 30}, "99"),
            ({"reason": ""}, "理由を入力してください。"),
        ],
    )
    def test_what_cannot_be_is_said(self, ward, wrong, words):
        programmes.first()
        answer = ward.post("/rules/programmes/new/", programme(**wrong))

        assert answer.status_code == 422
        assert words in answer.text
        assert Programme.objects.count() == 1

    def test_a_rule_may_be_the_first_thing_of_all(self, ward):
        typed = rule()
        Programme.objects.all().delete()
        del typed["programme"]

        assert ward.post("/rules/programme-rules/new/", typed).status_code == 302
        assert ProgrammeRule.objects.get().programme_id == programmes.first()

    def test_nobody_else_may(self, served):
        clerk = desk(cast.staff("venue_staff"))

        assert clerk.get("/rules/programmes/new/").status_code == 403
        assert clerk.post("/rules/programmes/new/", programme()).status_code == 403

    def test_there_is_nothing_at_an_unknown_number(self, ward):
        for path in ("/rules/programmes/987654/", "/rules/programme-rules/987654/"):
            assert ward.get(path).status_code == 404


class TestRules:
    def test_a_new_rule_is_a_new_row_and_the_day_decides(self, ward):
        assert ward.post("/rules/programme-rules/new/", rule()).status_code == 302
        rulebook.forget_kept()

        book, first = rulebook.rulebook(), programmes.first()
        assert book.terms(first, date(2026, 6, 30)).pair_rule == "each"
        assert book.terms(first, date(2026, 7, 1)).pair_rule == "together"
        assert "すべての回を同時に予約する" in ward.get("/rules/").text

    def test_a_rule_in_force_is_read_only(self, ward):
        made = cast.ruled(pair_rule="in_turn")
        path = f"/rules/programme-rules/{made.pk}/"
        assert "すでに適用されている" in ward.get(path).text

        assert ward.post(path, rule()).status_code == 422
        made.refresh_from_db()
        assert made.pair_rule == "in_turn"

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"programme": "0"}, "選"),
            ({"effective_from": "2026-13-45"}, "日付"),
            ({"pair_rule": "never"}, "選"),
            ({"maker_rule": "'; DROP TABLE"}, "選"),
            ({"reason": " "}, "理由を入力してください。"),
        ],
    )
    def test_what_cannot_be_is_said(self, ward, wrong, words):
        answer = ward.post("/rules/programme-rules/new/", rule(**wrong))

        assert answer.status_code == 422
        assert words in answer.text
        assert not ProgrammeRule.objects.exists()

    def test_not_two_from_the_same_day(self, ward):
        ward.post("/rules/programme-rules/new/", rule())

        answer = ward.post("/rules/programme-rules/new/", rule(pair_rule="each"))

        assert answer.status_code == 422
        assert "同じ日から適用される決まりがすでにあります" in answer.text


class TestWhereItIsAskedFor:
    def typed(self, **changes):
        return {
            "vaccine": cast.vaccine().pk, "effective_from": "2026-07-01", "doses": "3",
            "earliest_days": "19", "standard_days": "21", "minimum_age": "12",
            "guideline": "手引き 第2版", "reason": "三回の計画", **changes,
        }  # fmt: skip

    def test_nowhere_while_there_is_one(self, ward):
        for path in ("/rules/courses/new/", "/venues/openings/new/", "/releases/new/"):
            assert 'name="programme"' not in ward.get(path).text, path

    def test_in_a_course_an_opening_and_a_plan_where_there_are_two(self, ward):
        cast.programme("見本検診")

        for path in ("/rules/courses/new/", "/venues/openings/new/", "/releases/new/"):
            assert 'name="programme"' in ward.get(path).text, path

    def test_a_course_of_the_second(self, ward):
        second = cast.programme("見本検診")
        assert ward.post("/rules/courses/new/", self.typed()).status_code == 422  # which one?

        answer = ward.post("/rules/courses/new/", self.typed(programme=second.pk, latest_days="60"))

        assert answer.status_code == 302
        made = VaccineCourse.objects.get(programme=second)
        assert (made.doses, made.latest_days) == (3, 60)

    def test_the_longest_interval_is_not_below_the_standard(self, ward):
        answer = ward.post("/rules/courses/new/", self.typed(latest_days="20"))

        assert answer.status_code == 422
        assert "最長の間隔は" in answer.text

    def opened(self, **changes):
        return {
            "venue": cast.venue().pk, "vaccine": cast.vaccine().pk, "first_day": "2026-07-06",
            "weekdays": ["0", "1", "2", "3", "4", "5", "6"], "starts_at": "09:00",
            "ends_at": "12:00", "slot_minutes": "15", "lanes": "1", "places_per_lane": "4",
            "phone_share": "40", "bookable_from_day": "2026-06-02", "bookable_from_time": "09:00",
            "days_before": "1", "closes_at": "17:00", "reason": "検診の日", "step": "save", **changes,
        }  # fmt: skip

    def test_a_day_for_second_doses_only(self, ward):
        assert ward.post("/venues/openings/new/", self.opened(dose_number="2")).status_code == 302

        made = Opening.objects.get()
        assert (made.dose_number, made.programme_id) == (2, programmes.first())
        assert "2回目だけ" in ward.get(f"/venues/openings/{made.pk}/").text

    def test_a_day_of_the_second_programme_at_the_same_hours(self, ward):
        second, hall = cast.programme("見本検診"), cast.venue()
        both = (programmes.first(), second.pk)
        for pk in both:
            answer = ward.post("/venues/openings/new/", self.opened(venue=hall.pk, programme=pk))
            assert answer.status_code == 302

        assert set(Opening.objects.values_list("programme_id", flat=True)) == set(both)
        assert "見本検診" in ward.get(f"/venues/openings/{Opening.objects.latest('pk').pk}/").text

    @pytest.mark.parametrize("dose", ["0", "-1", "10", "x", "9" * 30])
    def test_no_such_dose(self, ward, dose):
        assert ward.post("/venues/openings/new/", self.opened(dose_number=dose)).status_code == 422

    def test_a_plan_belongs_to_its_programme(self, ward):
        second = cast.programme("見本検診")
        answer = ward.post(
            "/releases/new/",
            {
                "name": "検診の週", "programme": second.pk, "announced_day": "2026-06-10",
                "announced_time": "08:30:00", "day_from": "2026-07-06", "day_until": "2026-07-10",
                "expected_share": "70",
            },
        )  # fmt: skip

        assert answer.status_code == 302
        assert ReleasePlan.objects.get().programme_id == second.pk
