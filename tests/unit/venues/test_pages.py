"""The ward officer's pages: what they show, keep and refuse; others may only look."""

from datetime import date, time, timedelta

import pytest
import time_machine

from tenancy import history
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from tests.unit.venues.conftest import DAY
from venues import slots
from venues.models import Bucket, Opening, PlaceEntry, Slot, Vaccine, Venue

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def ward(officer):
    return desk(officer)


@pytest.fixture
def form(served):
    """What an officer types to open three days."""
    return {
        "venue": cast.venue().pk, "vaccine": cast.vaccine().pk,
        "first_day": "2026-06-15", "last_day": "2026-06-21", "weekdays": ["0", "2", "4"],
        "starts_at": "09:00", "ends_at": "12:00", "break_from": "10:00", "break_until": "10:30",
        "slot_minutes": "15", "lanes": "2", "places_per_lane": "5", "phone_share": "40",
        "bookable_from_day": "2026-06-08", "bookable_from_time": "09:00",
        "days_before": "1", "closes_at": "17:00", "reason": "第一期の開設",
    }  # fmt: skip


NEW = "/venues/openings/new/"


class TestNewOpening:
    def test_shows_the_totals_before_anything_is_saved(self, ward, form):
        answer = ward.post(NEW, {**form, "step": "look"})

        assert answer.status_code == 200
        assert answer.context["all_days"].places == 3 * 10 * 10
        assert (answer.context["all_days"].web, answer.context["all_days"].phone) == (180, 120)
        assert [one.day.day for one in answer.context["days"]] == [15, 17, 19]
        assert not Opening.objects.exists()

    def test_saves_what_was_looked_at_in_one_go(self, ward, form, officer):
        answer = ward.post(NEW, {**form, "step": "save"})

        assert answer.status_code == 302
        assert Opening.objects.count() == 3
        assert Slot.objects.count() == 30
        opening = Opening.objects.get(day=DAY)
        (change,) = history.changes_of(opening)
        assert (change.done_by, change.reason) == (officer.display_name, "第一期の開設")

    def test_the_preview_carries_the_form_so_that_saving_and_going_back_need_no_script(self, ward, form):  # fmt: skip
        shown = ward.post(NEW, {**form, "step": "look"}).context["form"]
        carried = {}
        for one in shown:
            value = one.value()
            if value is not None:
                carried[one.html_name] = value

        assert ward.post(NEW, {**carried, "step": "back"}).context["form"].errors == {}
        assert ward.post(NEW, {**carried, "step": "save"}).status_code == 302
        assert Opening.objects.count() == 3

    def test_counts_while_the_form_is_filled_in(self, ward, form):
        words = ward.post(f"{NEW}totals/", {**form, "reason": ""}).content.decode()
        nothing = ward.post(f"{NEW}totals/", {}).content.decode()
        wrong = ward.post(f"{NEW}totals/", {**form, "ends_at": "08:00"}).content.decode()

        assert "3日の合計 300人" in words
        assert "ここに枠の数が出ます" in nothing
        assert "終了は開始より後" in wrong

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"ends_at": "09:00"}, "ends_at"),
            ({"ends_at": "25:00"}, "ends_at"),
            ({"lanes": "0"}, "lanes"),
            ({"lanes": "-3"}, "lanes"),
            ({"lanes": "二"}, "lanes"),
            ({"lanes": "1e9"}, "lanes"),
            ({"phone_share": "101"}, "phone_share"),
            ({"slot_minutes": "0"}, "slot_minutes"),
            ({"places_per_lane": "100"}, "places_per_lane"),
            ({"break_until": ""}, "break_until"),
            ({"break_from": "08:00"}, "break_from"),
            ({"first_day": "2026-05-31", "last_day": ""}, "first_day"),
            ({"first_day": "2026-02-30"}, "first_day"),
            ({"last_day": "2026-06-14"}, "last_day"),
            ({"last_day": "2099-01-01"}, "last_day"),
            ({"weekdays": []}, "weekdays"),
            ({"weekdays": ["7"]}, "weekdays"),
            ({"last_day": "2026-06-16", "weekdays": ["6"]}, "__all__"),
            ({"bookable_from_day": "2026-06-14", "bookable_from_time": "17:00"}, "bookable_from_day"),
            ({"venue": "999999"}, "venue"),
            ({"vaccine": "x"}, "vaccine"),
            ({"reason": ""}, "reason"),
            ({"reason": "あ" * 101}, "reason"),
            ({"reason": "番号 123456789018"}, "reason"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("step", ["look", "save", "nonsense"])
    def test_says_what_is_wrong_beside_the_field_and_saves_nothing(self, ward, form, wrong, field, step):  # fmt: skip
        answer = ward.post(NEW, {**form, **wrong, "step": step})

        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert not Opening.objects.exists()

    def test_warns_of_holidays_and_of_another_vaccine_at_the_same_hours(self, ward, form, plan, signed):  # fmt: skip
        from venues.openings import open_day

        other = plan(venue=Venue.objects.get(pk=form["venue"]), vaccine=cast.vaccine("別の製薬"))
        open_day(plan=other, day=date(2026, 7, 20), **signed)

        answer = ward.post(NEW, {**form, "first_day": "2026-07-20", "last_day": "", "step": "look"})

        (one,) = answer.context["days"]
        assert len(one.warnings) == 2

    def test_leaves_holidays_out_where_asked(self, ward, form):
        answer = ward.post(NEW, {**form, "first_day": "2026-07-20", "last_day": "2026-07-22", "skip_holidays": "on", "step": "look"})  # fmt: skip

        assert [one.day.day for one in answer.context["days"]] == [22]


class TestOpening:
    def typed(self, opening, **changes):
        rows = Bucket.objects.filter(slot__opening=opening)
        typed = {f"capacity-{one.pk}": one.capacity for one in rows}
        typed |= {f"shown-{one.pk}": one.capacity for one in rows}
        return {**typed, "reason": "看護師の増員", **changes}

    def test_shows_every_slot_and_who_changed_what(self, ward, opening, signed):
        slots.resize(wanted={opening.slots.first().buckets.get(channel="web").pk: 9}, **signed)

        words = ward.get(f"/venues/openings/{opening.pk}/").content.decode()

        assert words.count('class="capacity"') == 8
        assert "09:00 インターネット" in words
        assert "医師の追加" in words
        assert "見本 区職員" in words

    def test_changes_only_what_was_typed_differently(self, ward, opening):
        bucket = opening.slots.first().buckets.get(channel="phone")

        answer = ward.post(f"/venues/openings/{opening.pk}/places/", self.typed(opening, **{f"capacity-{bucket.pk}": 7}))  # fmt: skip

        assert answer.status_code == 302
        bucket.refresh_from_db()
        assert bucket.capacity == 7
        assert PlaceEntry.objects.get(what="resized").reason == "看護師の増員"

    @pytest.mark.parametrize("capacity", ["-1", "1000", "", "３x", "1.5", "99999999999999999999"])
    def test_refuses_bad_numbers(self, ward, opening, capacity):
        bucket = opening.slots.first().buckets.get(channel="phone")

        answer = ward.post(f"/venues/openings/{opening.pk}/places/", self.typed(opening, **{f"capacity-{bucket.pk}": capacity}))  # fmt: skip

        assert answer.status_code == 422
        assert f"capacity-{bucket.pk}" in answer.context["form"].errors

    def test_refuses_below_taken_and_a_stale_page(self, ward, opening, signed):
        bucket = opening.slots.first().buckets.get(channel="web")
        Bucket.objects.filter(pk=bucket.pk).update(taken=3)
        page = self.typed(opening, **{f"capacity-{bucket.pk}": 2})

        refused = ward.post(f"/venues/openings/{opening.pk}/places/", page)
        slots.resize(wanted={bucket.pk: 8}, **signed)
        stale = ward.post(f"/venues/openings/{opening.pk}/places/", {**page, f"capacity-{bucket.pk}": 9})  # fmt: skip

        assert (refused.status_code, stale.status_code) == (422, 422)
        assert "予約が3人" in refused.content.decode()
        assert "先に変更されました" in stale.content.decode()

    def test_reaches_no_bucket_of_another_day(self, ward, opening):
        _, other, _ = cast.slot(web=4)
        page = self.typed(opening, **{f"capacity-{other.pk}": 9, f"shown-{other.pk}": 4})

        ward.post(f"/venues/openings/{opening.pk}/places/", page)

        other.refresh_from_db()
        assert other.capacity == 4

    def test_closes_and_reopens_a_slot(self, ward, opening):
        slot = opening.slots.first()
        assert ward.post(f"/venues/slots/{slot.pk}/close/", {"reason": ""}).status_code == 422

        ward.post(f"/venues/slots/{slot.pk}/close/", {"reason": "医師の遅刻"})
        slot.refresh_from_db()
        assert not slot.is_open

        ward.post(f"/venues/slots/{slot.pk}/reopen/", {"reason": "到着"})
        slot.refresh_from_db()
        assert slot.is_open

    def test_changes_lanes_and_says_where_it_could_not(self, ward, opening):
        Bucket.objects.filter(slot=opening.slots.first(), channel="web").update(taken=6)
        typed = {
            "lanes": 1, "places_per_lane": 5, "phone_share": 40, "bookable_from_day": "2026-06-01",
            "bookable_from_time": "09:00", "bookable_until_day": "2026-06-14",
            "bookable_until_time": "17:00", "reason": "減員",
        }  # fmt: skip

        answer = ward.post(f"/venues/openings/{opening.pk}/change/", typed, follow=True)

        assert "1か所は新しい定員より多いまま" in answer.content.decode()
        wrong = ward.post(f"/venues/openings/{opening.pk}/change/", {**typed, "bookable_until_day": "2026-05-01"})  # fmt: skip
        assert wrong.status_code == 422

    @pytest.mark.parametrize(
        ("typed", "left"),
        [({"slot": "all"}, (40, 0)), ({"slot": "first"}, (28, 12)), ({"slot": "first", "places": "3"}, (27, 13))],
    )  # fmt: skip
    def test_moves_free_places_between_channels(self, ward, opening, typed, left):
        if typed["slot"] == "first":
            typed = {**typed, "slot": str(opening.slots.first().pk)}

        answer = ward.post(f"/venues/openings/{opening.pk}/shift/", {"source": "phone", "target": "web", "reason": "電話が余る", **typed})  # fmt: skip

        assert answer.status_code == 302
        rows = Bucket.objects.filter(slot__opening=opening)
        sums = [
            sum(one.capacity for one in rows if one.channel == name) for name in ("web", "phone")
        ]
        assert tuple(sums) == left

    def test_refuses_to_move_what_is_not_there(self, ward, opening):
        slot = opening.slots.first()
        typed = {
            "source": "phone",
            "target": "web",
            "slot": str(slot.pk),
            "places": "5",
            "reason": "x",
        }

        assert ward.post(f"/venues/openings/{opening.pk}/shift/", typed).status_code == 422
        assert ward.post(f"/venues/openings/{opening.pk}/shift/", {**typed, "slot": "all"}).status_code == 422  # fmt: skip
        assert ward.post(f"/venues/openings/{opening.pk}/shift/", {**typed, "slot": "999999"}).status_code == 422  # fmt: skip


class TestVenues:
    VENUE = {
        "code": "V900", "kind": "mass", "name": "見本会館", "name_en": "Mihon Hall",
        "address": "見本県見本市見本町1番", "step_free": "on", "is_open": "on", "reason": "新設",
    }  # fmt: skip

    def test_enters_and_changes_a_venue(self, ward):
        assert ward.post("/venues/new/", self.VENUE).status_code == 302
        venue = Venue.objects.get(code="V900")

        ward.post(
            f"/venues/{venue.pk}/edit/", {**self.VENUE, "access": "駅から5分", "reason": "地図"}
        )

        words = ward.get(f"/venues/{venue.pk}/").content.decode()
        assert "駅から5分" in words
        assert "地図" in words

    @pytest.mark.parametrize(
        "wrong", [{"name": ""}, {"name": "長" * 31}, {"kind": "x"}, {"reason": ""}, {"code": "V001"}, {"address": ""}]
    )  # fmt: skip
    def test_refuses_what_is_wrong(self, ward, wrong):
        cast.venue(code="V001")

        assert ward.post("/venues/new/", {**self.VENUE, **wrong}).status_code == 422
        assert Venue.objects.count() == 1

    def test_enters_a_vaccine_once(self, ward):
        typed = {"maker": "見本製薬", "name": "見本ワクチン", "name_en": "Sample", "reason": "採用"}

        assert ward.post("/venues/vaccines/new/", typed).status_code == 302
        assert ward.post("/venues/vaccines/new/", typed).status_code == 422
        assert Vaccine.objects.count() == 1


class TestLooking:
    @pytest.mark.parametrize("role", ["operator", "venue_staff", "supervisor", "contractor"])
    def test_shows_places_left_to_those_who_may_not_edit(self, opening, role):
        looker = desk(cast.staff(role))

        for path in ("", "days/", f"days/{DAY}/", f"openings/{opening.pk}/", "vaccines/", f"{opening.venue_id}/"):  # fmt: skip
            answer = looker.get(f"/venues/{path}")
            assert answer.status_code == 200
            words = answer.content.decode()
            assert "追加する" not in words
            assert 'class="capacity"' not in words

    @pytest.mark.parametrize("role", ["operator", "venue_staff", "supervisor", "contractor", "auditor"])  # fmt: skip
    def test_lets_nobody_else_change_anything(self, opening, role):
        looker, slot = desk(cast.staff(role)), opening.slots.first()

        for path in ("new/", f"{opening.venue_id}/edit/", "vaccines/new/", "openings/new/",
                     "openings/new/totals/", f"openings/{opening.pk}/places/",
                     f"openings/{opening.pk}/change/", f"openings/{opening.pk}/shift/",
                     f"slots/{slot.pk}/close/", f"slots/{slot.pk}/reopen/"):  # fmt: skip
            assert looker.post(f"/venues/{path}", {"reason": "x"}).status_code == 403

    def test_a_stranger_is_sent_to_sign_in(self, opening):
        assert desk(None).get("/venues/").status_code == 302

    def test_the_other_municipality_finds_nothing(self, opening, tameshi):
        from tenancy.current import serving

        slot = opening.slots.first()
        with serving(tameshi):
            stranger = desk(cast.staff("ward_officer"), label="tameshi")
            for path in (f"openings/{opening.pk}/", f"openings/{opening.pk}/change/",
                         f"slots/{slot.pk}/close/", f"{opening.venue_id}/"):  # fmt: skip
                assert stranger.get(f"/venues/{path}").status_code == 404

    def test_a_month_leads_to_its_days(self, ward, opening):
        words = ward.get("/venues/days/?month=2026-06").content.decode()

        assert "/venues/days/2026-06-15/" in words
        assert ward.get("/venues/days/?month=9999-99&venue=x").status_code == 200
        assert ward.get("/venues/days/2026-06-31/").status_code == 404

    def test_a_day_shows_each_slot_by_channel(self, ward, opening):
        Bucket.objects.filter(slot=opening.slots.first(), channel="phone").update(taken=1)

        words = ward.get("/venues/days/2026-06-15/").content.decode()

        assert "3 / 4" in words

    def test_costs_few_statements_however_many_slots(self, ward, opening, plan, signed, django_assert_max_num_queries):  # fmt: skip
        from venues.openings import open_days

        big = plan(hours={"ends_at": time(17)})
        open_days(plan=big, days=[DAY + timedelta(n) for n in range(10)], **signed)
        first = Opening.objects.filter(venue=big.venue).first()

        for path in ("", "days/?month=2026-06", f"openings/{first.pk}/"):
            with django_assert_max_num_queries(25, using="default"):
                ward.get(f"/venues/{path}")
