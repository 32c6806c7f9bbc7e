"""The rules' pages: switches work at once, rules in force stay, each change says why."""

import uuid
from datetime import date, datetime, timedelta

import pytest
import time_machine

from booking import reservations, rule_changes, rulebook
from booking.models import BookingRules, PriorityGroup, VaccineCourse
from booking.reservations import Asking, Wish
from tenancy import history
from tests import cast
from tests.cast import JST, NOW
from tests.serving import desk
from venues import programmes

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def officer(served):
    rulebook.booking_rules()  # the row is made when somebody first looks
    return cast.staff("ward_officer", display_name="見本 区職員")


@pytest.fixture
def ward(officer):
    return desk(officer)


@pytest.fixture
def signed(officer):
    return {"reason": "国の通知による", "by": officer, "at": NOW}


def claim(channel, bucket):
    asking = Asking(channel=channel, request_key=uuid.uuid4())
    rulebook.forget_kept()
    return reservations.claim(resident=cast.resident(), wishes=[Wish(1, bucket.pk)], asking=asking, by=None, at=NOW)  # fmt: skip


class TestSwitches:
    @pytest.fixture
    def places(self, served):
        cast.everybody_may_book()
        return cast.slot()[1:]

    def test_stop_one_channel_and_leave_the_other(self, ward, places, officer):
        web, phone = places

        ward.post("/rules/stop/web/", {"words": "停電のため停止中です。", "reason": "停電"})

        with pytest.raises(reservations.NotBookable) as refusal:
            claim("web", web)
        assert refusal.value.words == "停電のため停止中です。"
        claim("phone", phone)
        (change, *_) = history.changes_of(BookingRules.objects.get())
        assert (change.done_by, change.reason) == (officer.display_name, "停電")

    def test_resume_and_forget_the_words_when_nothing_is_stopped(self, ward, places):
        ward.post("/rules/stop/web/", {"words": "停止中です。", "reason": "停電"})
        ward.post("/rules/stop/phone/", {"words": "停止中です。", "reason": "停電"})
        ward.post("/rules/resume/web/", {"reason": "復旧"})
        assert BookingRules.objects.get().stop_words == "停止中です。"

        ward.post("/rules/resume/phone/", {"reason": "復旧"})

        assert BookingRules.objects.get().stop_words == ""
        claim("web", places[0])

    def test_stand_at_the_top_of_the_page(self, ward):
        words = ward.get("/rules/").content.decode()

        assert words.index("受付を止める") < words.index("優先区分")
        assert ward.get("/rules/stop/walk_in/").status_code == 404
        assert ward.get("/rules/stop/x/").status_code == 404

    def test_ask_for_a_reason(self, ward):
        assert ward.post("/rules/stop/web/", {"words": "x"}).status_code == 422
        assert not rulebook.booking_rules().web_stopped


class TestCutOffs:
    def test_change_with_a_reason(self, ward):
        typed = {"change_until_hours": "48", "cancel_until_hours": "6", "contact_needed": "both", "rest_minutes": "10", "reason": "要望"}  # fmt: skip

        assert ward.post("/rules/cut-offs/", typed).status_code == 302

        assert BookingRules.objects.get().change_until_hours == 48
        assert BookingRules.objects.get().rest_minutes == 10

    @pytest.mark.parametrize("wrong", [{"change_until_hours": "-1"}, {"change_until_hours": "721"}, {"contact_needed": "fax"}, {"rest_minutes": "16"}, {"reason": ""}])  # fmt: skip
    def test_refuse_what_makes_no_sense(self, ward, wrong):
        typed = {"change_until_hours": "48", "cancel_until_hours": "6", "contact_needed": "both", "rest_minutes": "10", "reason": "要望"}  # fmt: skip

        assert ward.post("/rules/cut-offs/", {**typed, **wrong}).status_code == 422


GROUP = {
    "position": "1", "name": "65歳以上の方", "name_en": "65 and over",
    "born_until_year": "1962", "born_until_month": "4", "born_until_day": "1",
    "born_until_era": "西暦", "opens_on": "2026-06-10", "opens_at": "08:30", "reason": "開始日の決定",
}  # fmt: skip


class TestGroups:
    def test_are_entered_in_the_era_people_write(self, ward):
        typed = {**GROUP, "born_until_year": "昭和37"}

        assert ward.post("/rules/groups/new/", typed).status_code == 302

        group = PriorityGroup.objects.get()
        assert (group.born_from, group.born_until) == (None, date(1962, 4, 1))
        assert group.bookable_from == datetime(2026, 6, 10, 8, 30, tzinfo=JST)
        assert "65歳以上の方" in ward.get("/rules/").content.decode()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"born_from_year": "1970", "born_from_month": "1", "born_from_day": "1"}, "born_until"),
            ({"position": "9"}, "position"),
            ({"position": "-1"}, "position"),
            ({"opens_at": "25:00"}, "opens_at"),
            ({"name": ""}, "name"),
            ({"reason": " "}, "reason"),
        ],
    )  # fmt: skip
    def test_refuse_beside_the_field(self, ward, wrong, field):
        cast.everybody_may_book()  # at position 9

        answer = ward.post("/rules/groups/new/", {**GROUP, **wrong})

        assert answer.status_code == 422
        assert field in answer.context["form"].errors

    def test_show_their_moment_when_edited(self, ward):
        ward.post("/rules/groups/new/", GROUP)
        group = PriorityGroup.objects.get()

        words = ward.get(f"/rules/groups/{group.pk}/").content.decode()

        assert 'value="2026-06-10"' in words
        assert 'value="08:30"' in words
        assert 'value="1962"' in words

    def test_two_officers_at_the_same_position(self, signed):
        def group():
            return PriorityGroup(name="x", position=3, bookable_from=NOW)

        rule_changes.keep_group(group=group(), **signed)

        with pytest.raises(rule_changes.PositionTaken):
            rule_changes.keep_group(group=group(), **signed)


class TestCourses:
    def typed(self, **changes):
        return {
            "vaccine": cast.vaccine().pk, "effective_from": "2026-07-01", "doses": "2",
            "earliest_days": "19", "standard_days": "21", "minimum_age": "12",
            "guideline": "手引き 第2版", "reason": "対象年齢の引き下げ", **changes,
        }  # fmt: skip

    def test_speaks_japanese_where_nothing_is_chosen_yet(self, ward):
        page = ward.get("/rules/courses/new/").text

        assert "選んでください" in page
        assert "Select an option" not in page, "Django's own words"

    def test_a_new_rule_is_a_new_row_and_the_day_of_the_visit_decides(self, ward):
        assert ward.post("/rules/courses/new/", self.typed()).status_code == 302
        rulebook.forget_kept()

        vaccine = cast.vaccine()
        ages = [rulebook.rulebook().course(vaccine.pk, day, programmes.first()).minimum_age for day in (date(2026, 6, 30), date(2026, 7, 1))]  # fmt: skip
        assert ages == [16, 12]

    def test_a_rule_in_force_is_read_only(self, ward, signed):
        cast.vaccine()
        course = VaccineCourse.objects.get()
        page = ward.get(f"/rules/courses/{course.pk}/").content.decode()
        assert "すでに適用されている" in page
        assert "保存する" not in page

        answer = ward.post(f"/rules/courses/{course.pk}/", self.typed())

        assert answer.status_code == 422
        course.refresh_from_db()
        assert course.minimum_age == 16

    def test_a_rule_to_come_may_still_change(self, ward):
        ward.post("/rules/courses/new/", self.typed())
        course = VaccineCourse.objects.get(effective_from=date(2026, 7, 1))

        assert ward.post(f"/rules/courses/{course.pk}/", self.typed(minimum_age="5")).status_code == 302  # fmt: skip
        course.refresh_from_db()
        assert course.minimum_age == 5

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"standard_days": "18"}, "standard_days"),
            ({"doses": "0"}, "doses"),
            ({"minimum_age": "121"}, "minimum_age"),
            ({"effective_from": "2026-01-01"}, "effective_from"),
            ({"vaccine": "0"}, "vaccine"),
        ],
    )
    def test_refuse_beside_the_field(self, ward, wrong, field):
        answer = ward.post("/rules/courses/new/", self.typed(**wrong))

        assert answer.status_code == 422
        errors = answer.context["form"].errors
        assert field in errors or "__all__" in errors

    def test_a_vaccine_without_rules_is_pointed_out(self, ward):
        from venues.models import Vaccine

        Vaccine.objects.create(maker="新製薬", name="新ワクチン", name_en="New")

        assert "接種計画がないため" in ward.get("/rules/").content.decode()


class TestOthers:
    @pytest.mark.parametrize("role", ["operator", "venue_staff", "supervisor", "contractor", "auditor"])  # fmt: skip
    def test_may_not_come_in(self, role):
        stranger = desk(cast.staff(role))

        for path in ("", "stop/web/", "resume/web/", "cut-offs/", "groups/new/", "courses/new/"):
            assert stranger.get(f"/rules/{path}").status_code == 403


class TestClosurePages:
    @pytest.fixture
    def opening(self, served):
        cast.everybody_may_book()
        slot, web, _ = cast.slot(web=6)
        claim("web", web)
        return slot.opening

    def test_count_first_then_list_and_reopen(self, ward, opening):
        assert "この日を休止する" in ward.get(f"/venues/openings/{opening.pk}/").content.decode()
        before = ward.get(f"/closures/{opening.pk}/")
        assert len(before.context["affected"]) == 1
        assert ward.post(f"/closures/{opening.pk}/", {"reason": ""}).status_code == 422

        after = ward.post(f"/closures/{opening.pk}/", {"reason": "台風"}, follow=True)

        words = after.content.decode()
        assert "1件の予約に連絡します" in words
        assert reservations.live_of(opening.slots.get().reservations.get().resident_id)[0].reservation_number in words  # fmt: skip
        assert "送信待ち" in words
        again = ward.post(
            f"/closures/{opening.pk}/reopen/", {"reason": "台風がそれた"}, follow=True
        )
        assert "受付を再開しました" in again.content.decode()
        opening.refresh_from_db()
        assert opening.is_open

    def test_name_nobody(self, ward, opening):
        ward.post(f"/closures/{opening.pk}/", {"reason": "台風"})

        words = ward.get(f"/closures/{opening.pk}/").content.decode()

        assert "見本　太郎" not in words
        assert "7099990001" not in words

    def test_refuse_to_reopen_what_is_over(self, ward, opening):
        ward.post(f"/closures/{opening.pk}/", {"reason": "台風"})

        with time_machine.travel(NOW + timedelta(days=30)):
            ward = desk(cast.staff("ward_officer"))
            assert ward.post(f"/closures/{opening.pk}/reopen/", {"reason": "x"}).status_code == 422

    def test_are_for_those_who_may_close(self, opening):
        stranger = desk(cast.staff("operator"))

        assert stranger.get(f"/closures/{opening.pk}/").status_code == 403
        assert stranger.post(f"/closures/{opening.pk}/reopen/").status_code == 403
        assert "休止する" not in stranger.get(f"/venues/openings/{opening.pk}/").content.decode()


class TestChangeRules:
    @pytest.fixture
    def programme(self, served):
        return cast.slot()[0].opening.programme

    def send(self, ward, programme, **changes):
        form = {"most_moves": "2", "change_until_hours": "", "cancel_until_hours": "0",
                "staff_may_pass": "on", "later_dose": "never", "reason": "区の決定"}  # fmt: skip
        return ward.post(f"/rules/changes/{programme.pk}/", form | changes)

    def test_hold_at_once_and_say_who_changed_what(self, ward, programme):
        assert self.send(ward, programme).status_code == 302

        terms = rulebook.rulebook().change_terms(programme.pk)
        assert (terms.most_moves, terms.later_dose) == (2, "never")
        assert (terms.change_until_hours, terms.cancel_until_hours) == (24, 0)
        page = ward.get("/rules/").text
        assert "2回" in page
        assert "開始の0時間前まで" in page
        assert "見本 区職員" in ward.get(f"/rules/changes/{programme.pk}/").text

    @pytest.mark.parametrize(
        "changes",
        [{"most_moves": "-1"}, {"most_moves": "9" * 30}, {"cancel_until_hours": "721"},
         {"later_dose": "x"}, {"reason": " "}, {"change_until_hours": "１日"}],
    )  # fmt: skip
    def test_take_no_nonsense(self, ward, programme, changes):
        assert self.send(ward, programme, **changes).status_code == 422

    def test_of_a_programme_that_is_not_there_are_not_found(self, ward, served):
        assert ward.get("/rules/changes/999999/").status_code == 404
