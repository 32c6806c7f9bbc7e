"""The plan's pages: an officer drafts and looks through, another one arms, everybody reads."""

import pytest
import time_machine

from booking import releases, rulebook
from booking.models import PriorityGroup, ReleasePlan
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from venues.models import Opening, Venue

pytestmark = pytest.mark.usefixtures("served")
PLAN = {
    "name": "6月15日の週", "announced_day": "2026-06-08", "announced_time": "08:30:00",
    "day_from": "2026-06-15", "day_until": "2026-06-15", "expected_share": "70", "shown": "1",
}  # fmt: skip
ROW = {
    "day_from": "2026-06-15", "day_until": "2026-06-15", "channel": "web",
    "opens_day": "2026-06-08", "opens_time": "08:30:30",
}  # fmt: skip


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def place(served):
    cast.everybody_may_book()
    found = cast.slot(vaccine_=cast.vaccine(doses=1))
    Opening.objects.update(lanes=2)
    return found


@pytest.fixture
def ward(served):
    return desk(cast.staff("ward_officer"))


@pytest.fixture
def plan(ward, place):
    ward.post("/releases/new/", PLAN)
    (plan,) = ReleasePlan.objects.all()
    ward.post(f"/releases/{plan.pk}/rows/new/", {**ROW, "shown": plan.version})
    return releases.find(plan.pk)


def page(client, plan, tail=""):
    return client.get(f"/releases/{plan.pk}/{tail}").content.decode()


class TestDrafting:
    def test_shows_row_and_findings_at_once(self, ward, plan):
        words = page(ward, plan)

        assert "8:30:30" in words
        assert "電話の枠を放出する行がありません" in words
        assert "最後に変えた本人は確定できません" in words

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"day_until": "2026-06-14"}, "日の範囲が逆"),
            ({"day_until": "2036-06-14"}, "範囲が長すぎます"),
            ({"places": "0"}, "1 以上"),
            ({"places": "100000000000000000000"}, "以下"),
            ({"venue": "999999"}, "field--error"),
            ({"channel": "post"}, "field--error"),
            ({"opens_day": "きのう"}, "field--error"),
            ({"opens_time": "25:00"}, "field--error"),
        ],
    )
    def test_a_bad_row_is_said_and_keeps_nothing(self, ward, plan, change, words):
        answer = ward.post(
            f"/releases/{plan.pk}/rows/new/", {**ROW, **change, "shown": plan.version}
        )

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert plan.rows.count() == 1

    def test_an_old_page_changes_nothing(self, ward, plan):
        answer = ward.post(f"/releases/{plan.pk}/edit/", {**PLAN, "name": "ほか", "shown": "1"})

        assert answer.status_code == 422
        assert "ほかの人がこの計画を変えました" in answer.content.decode()

    def test_a_row_of_another_plan_is_not_found(self, ward, plan):
        ward.post("/releases/new/", {**PLAN, "name": "もう一つ"})
        other = ReleasePlan.objects.exclude(pk=plan.pk).get()
        row = plan.rows.get()

        assert ward.get(f"/releases/{other.pk}/rows/{row.pk}/").status_code == 404

    def test_is_dropped_and_copied(self, ward, plan):
        ward.post(f"/releases/{plan.pk}/copy/")
        ward.post(f"/releases/{plan.pk}/drop/", {"shown": plan.version})

        (left,) = ReleasePlan.objects.all()
        assert (left.name, left.rows.count()) == ("6月15日の週の写し", 1)


class TestArming:
    def test_by_another_officer_with_a_reason(self, plan):
        second = desk(cast.staff("ward_officer"))

        without = second.post(f"/releases/{plan.pk}/arm/", {"shown": plan.version})
        assert without.status_code == 422
        second.post(
            f"/releases/{plan.pk}/arm/",
            {"shown": plan.version, "accepted_because": "電話は別の計画で開く"},
        )

        armed = releases.find(plan.pk)
        assert armed.state == "armed"
        assert "電話は別の計画で開く" in page(second, plan)

    def test_not_by_oneself(self, ward, plan):
        answer = ward.post(
            f"/releases/{plan.pk}/arm/", {"shown": plan.version, "accepted_because": "よい"}
        )

        assert answer.status_code == 422
        assert releases.find(plan.pk).state == "draft"

    def test_and_withdrawn_with_a_reason(self, ward, plan):
        second = desk(cast.staff("ward_officer"))
        second.post(
            f"/releases/{plan.pk}/arm/", {"shown": plan.version, "accepted_because": "よい"}
        )
        version = releases.find(plan.pk).version
        assert ward.post(f"/releases/{plan.pk}/withdraw/", {"shown": version}).status_code == 422

        ward.post(f"/releases/{plan.pk}/withdraw/", {"shown": version, "reason": "日付の誤り"})

        assert releases.find(plan.pk).state == "withdrawn"
        assert "閉じたまま" in page(ward, plan)


class TestPreview:
    def test_says_what_is_bookable_and_why_not(self, ward, plan):
        rulebook.forget_kept()
        asked = {
            "born_on_era": "昭和", "born_on_year": "25", "born_on_month": "4", "born_on_day": "1",
            "dose_number": 1, "day": "2026-06-08",
        }  # fmt: skip

        early = ward.get(f"/releases/{plan.pk}/preview/", {**asked, "clock": "08:30:29"})
        there = ward.get(f"/releases/{plan.pk}/preview/", {**asked, "clock": "08:30:30"})

        assert "から受け付けます" in early.content.decode()
        assert "から受け付けます" not in there.content.decode()

    def test_a_bad_birth_date_is_said(self, ward, plan):
        answer = ward.get(
            f"/releases/{plan.pk}/preview/", {"born_on_year": "きのう", "dose_number": 1}
        )

        assert answer.status_code == 422


class TestReaders:
    def test_an_operator_reads_and_changes_nothing(self, plan):
        operator = desk(cast.staff("operator"))

        assert "6月15日の週" in operator.get("/releases/").content.decode()
        assert "行を追加する" not in page(operator, plan)
        assert operator.post(f"/releases/{plan.pk}/drop/", {"shown": plan.version}).status_code == 403  # fmt: skip
        assert operator.get("/releases/new/").status_code == 403


def test_in_english_groups_and_venues_bear_their_english_names(ward, place):
    PriorityGroup.objects.update(name="75歳以上", name_en="75 and over")
    Venue.objects.update(name="見本会館", name_en="Mihon Hall")
    ward.post("/releases/new/", PLAN)
    (plan,) = ReleasePlan.objects.all()
    group, venue = PriorityGroup.objects.get().pk, Venue.objects.get().pk
    ward.post(
        f"/releases/{plan.pk}/rows/new/",
        {**ROW, "group": group, "venue": venue, "shown": plan.version},
    )
    ward.cookies["__Host-lang"] = "en"

    for tail in ("", "rows/new/"):
        words = page(ward, plan, tail)
        assert "75 and over" in words
        assert "Mihon Hall" in words
        assert "75歳以上" not in words
