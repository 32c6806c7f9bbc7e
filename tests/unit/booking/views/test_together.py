"""A family books itself on the web: one sentence for every refusal, everybody or nobody."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from booking import group_claims, group_holds, holds, rulebook
from booking.models import BookingRules, Reservation, Resident
from privacy.models import AccessEntry
from tenancy.standings import standing
from tests import cast
from tests.unit.booking.views.conftest import BORN_ON
from tests.unit.booking.views.test_hostile import NONSENSE
from venues.models import Bucket, Hold

NEUTRAL = "入力された内容では手続きに進めません"


def rules(**values):
    rulebook.booking_rules()
    BookingRules.objects.update(**({"group_on_web": True} | values))
    rulebook.forget_kept()


@pytest.fixture
def family(places):
    row = standing()
    row.proxy_allowed = True
    row.save()
    rules()
    return [cast.resident(born_on=BORN_ON, name=f"見本　{n}") for n in ("太郎", "花子", "一郎")]


def typed(people, **changes):
    found = {"speaker": "family", "consent": "on", "mark": group_claims.consent_mark()}
    for number, who in enumerate(people, start=1):
        found |= {
            f"voucher{number}": who.voucher_number_for_test, f"born_on{number}": "S25.4.1",
        }  # fmt: skip
    return found | changes


def release_all(people):
    at = timezone.now()
    group_holds.release(resident_ids=[one.pk for one in people], by=None, at=at)


def enter(visitor, people, **changes):
    return visitor.post("/together/", **typed(people, **changes))


def to_the_press(visitor, people, places):
    enter(visitor, people)
    for dose, place in enumerate(places, start=1):
        visitor.post(f"/together/choose/{dose}/take/", place=place.pk)
    form = {"phone": "070-9999-0002", "email": "", "notice": "1"}
    return visitor.post("/together/contact/", **form)


def press(visitor):
    path = "/together/confirm/"
    return visitor.post(path, request_key=visitor.key(path))


class TestTheWholeWay:
    def test_books_both_doses_of_everybody_and_shows_a_number_each(self, visitor, family, places):
        assert enter(visitor, family).headers["Location"] == "/together/choose/1/"
        assert visitor.get("/together/choose/1/").status_code == 200
        answer = to_the_press(visitor, family, places)
        assert answer.headers["Location"] == "/together/confirm/"
        page = visitor.get("/together/confirm/").text
        assert "3人分をこの内容で予約する" in page
        assert group_claims.consent_words() in page

        assert press(visitor).headers["Location"] == "/together/done/"

        page = visitor.get("/together/done/").text
        made = list(Reservation.objects.all())
        assert len(made) == 6
        assert all(one.reservation_number in page for one in made)
        assert "3人目" in page
        assert "見本" not in page.replace("見本市", "").replace("見本会場", "").replace("見本県", "").replace("見本町", "").replace("見本駅", "")  # fmt: skip
        assert AccessEntry.objects.filter(what="group_consent").count() == 3
        assert {one.speaker for one in made} == {"family"}

    def test_books_the_first_dose_alone(self, visitor, family, places):
        enter(visitor, family)
        visitor.post("/together/choose/1/take/", place=places[0].pk)
        visitor.post("/together/alone/")
        visitor.post("/together/contact/", phone="070-9999-0002", email="", notice="1")
        press(visitor)

        assert {one.dose_number for one in Reservation.objects.all()} == {1}

    def test_pressed_twice_is_once(self, visitor, family, places):
        to_the_press(visitor, family, places)
        key = visitor.key("/together/confirm/")
        for _ in range(2):
            answer = visitor.post("/together/confirm/", request_key=key)
            assert answer.headers["Location"] == "/together/done/"

        assert Reservation.objects.count() == 6

    def test_says_where_not_all_have_a_place(self, visitor, family, places):
        enter(visitor, family)
        Bucket.objects.filter(pk=places[0].pk).update(capacity=2)

        answer = visitor.post("/together/choose/1/take/", place=places[0].pk)

        assert answer.headers["Location"] == "/together/choose/1/"
        assert "続いた枠がありません" in visitor.get("/together/choose/1/").text

    def test_somebody_faster_leaves_nobody_booked(self, visitor, family, places):
        to_the_press(visitor, family, places)
        key = visitor.key("/together/confirm/")
        release_all(family)  # the hold is over, and somebody else has taken the places
        Bucket.objects.filter(pk=places[1].pk).update(capacity=1)

        answer = visitor.post("/together/confirm/", request_key=key)

        assert answer.headers["Location"] == "/together/choose/1/"
        assert not Reservation.objects.exists()


class TestNobodyLearnsWho:
    @pytest.mark.parametrize("number", [1, 2, 3])
    @pytest.mark.parametrize("what", ["unknown", "date", "flag", "voucher"])
    def test_at_the_entrance(self, visitor, family, number, what):
        who, changes = family[number - 1], {}
        if what == "unknown":
            changes = {f"voucher{number}": "9990009999"}
        elif what == "date":
            changes = {f"born_on{number}": "S26.4.1"}
        elif what == "flag":
            Resident.objects.filter(pk=who.pk).update(status_flag="2")
        else:
            who.vouchers.update(is_live=False)

        answer = enter(visitor, family, **changes)

        assert answer.status_code == 422
        assert NEUTRAL in answer.text
        assert answer.text.count("field--error") == 0
        assert AccessEntry.objects.filter(what="sign_in").count() == 3  # each was looked up

    @pytest.mark.parametrize("number", [0, 2])
    def test_at_the_press(self, visitor, family, places, number):
        to_the_press(visitor, family, places)
        key = visitor.key("/together/confirm/")
        Resident.objects.filter(pk=family[number].pk).update(status_flag="2")

        answer = visitor.post("/together/confirm/", request_key=key)

        assert answer.status_code == 409
        assert NEUTRAL in answer.text
        assert not Reservation.objects.exists()
        assert visitor.get("/together/choose/1/").headers["Location"] == "/together/"


class TestTheWardsSetting:
    def test_shuts_the_door(self, visitor, family):
        assert "まとめて予約する" in visitor.get("/").text
        rules(group_on_web=False)

        assert visitor.get("/together/").status_code == 404
        assert enter(visitor, family).status_code == 404
        assert "まとめて予約する" not in visitor.get("/").text

    def test_bounds_the_number_and_who_may(self, visitor, family):
        rules(group_most=2)

        assert "voucher3" not in visitor.get("/together/").text
        assert enter(visitor, family[:2], speaker="carer").status_code == 422
        assert enter(visitor, family[:2]).status_code == 302

    @pytest.mark.parametrize("changes", [{"consent": ""}, {"mark": "0" * 16}, {"mark": "x"}])
    def test_needs_the_consent_to_the_sentence_in_force(self, visitor, family, changes):
        answer = enter(visitor, family, **changes)

        assert answer.status_code == 422
        assert "全員の同意を確かめて" in answer.text


class TestHostile:
    @pytest.mark.parametrize("field", ["voucher1", "born_on2", "speaker", "mark"])
    def test_answers_nonsense_calmly(self, visitor, family, field):
        for value in NONSENSE:
            answer = enter(visitor, family, **{field: value})

            assert answer.status_code in {422, 429}
            assert "<script>alert" not in answer.text

    def test_takes_nobody_alone_or_twice(self, visitor, family):
        assert enter(visitor, family[:1]).status_code == 422
        assert enter(visitor, [family[0], family[0]]).status_code == 422
        assert "二度入力" in enter(visitor, [family[0], family[0]]).text

    def test_takes_no_half_line(self, visitor, family):
        assert enter(visitor, family, born_on2="").status_code == 422

    def test_opens_no_step_without_the_entrance(self, visitor, family, places):
        visitor.sign_in(family[0])
        for path in ("choose/1/", "contact/", "confirm/", "done/"):
            assert visitor.get(f"/together/{path}").headers["Location"] == "/together/"

    def test_needs_the_key_of_this_very_page(self, visitor, family, places):
        to_the_press(visitor, family, places)
        for value in NONSENSE:
            answer = visitor.post("/together/confirm/", request_key=value)
            assert answer.headers["Location"] == "/together/confirm/"
        assert not Reservation.objects.exists()

    def test_takes_no_nonsense_for_a_place_or_dose(self, visitor, family, places):
        enter(visitor, family)
        for value in NONSENSE:
            assert visitor.post("/together/choose/1/take/", place=value).status_code == 302
        assert visitor.get("/together/choose/3/").status_code == 404
        assert visitor.get("/together/choose/0/").status_code == 404


def held(places):
    return [Bucket.objects.get(pk=one.pk).held for one in places]


class TestKeeping:
    """The confirm page keeps everybody's places, as it keeps one person's."""

    def test_holds_for_everybody_and_says_until_when(self, visitor, family, places):
        to_the_press(visitor, family, places)

        page = visitor.get("/together/confirm/").text

        assert held(places) == [3, 3]
        assert "まで押さえています" in page
        assert 'data-countdown="' in page

    def test_turns_the_holds_into_the_reservations(self, visitor, family, places):
        Bucket.objects.filter(pk__in=[one.pk for one in places]).update(capacity=3)
        to_the_press(visitor, family, places)

        assert press(visitor).headers["Location"] == "/together/done/"
        assert held(places) == [0, 0]
        assert Reservation.objects.count() == 6

    def test_is_not_reached_where_somebody_else_holds(self, visitor, family, places):
        Bucket.objects.filter(pk__in=[one.pk for one in places]).update(capacity=3)
        enter(visitor, family)
        for dose, place in enumerate(places, start=1):
            visitor.post(f"/together/choose/{dose}/take/", place=place.pk)
        holds.hold(
            resident_id=cast.resident().pk, places={1: places[1].pk}, by=None, at=timezone.now()
        )  # fmt: skip

        form = {"phone": "070-9999-0002", "email": "", "notice": "1"}
        answer = visitor.post("/together/contact/", **form)

        assert answer.headers["Location"] == "/together/choose/1/"
        assert held(places) == [0, 1]

    @pytest.mark.parametrize("back", ["/together/choose/1/", "/together/choose/2/"])
    def test_going_back_gives_them_back(self, visitor, family, places, back):
        to_the_press(visitor, family, places)
        visitor.get(back)

        assert held(places) == [0, 0]

    def test_finishing_gives_them_back(self, visitor, family, places):
        to_the_press(visitor, family, places)
        visitor.post("/finish/")

        assert held(places) == [0, 0]

    def test_is_extended_once_for_everybody(self, visitor, family, places):
        to_the_press(visitor, family, places)
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            assert visitor.post("/together/confirm/keep/").headers["Location"] == (
                "/together/confirm/"
            )
            page = visitor.get("/together/confirm/").text
        assert "もう少し時間がほしい" not in page
        assert len(set(Hold.objects.values_list("until", flat=True))) == 1

    def test_what_ran_out_can_be_held_anew_or_booked(self, visitor, family, places):
        to_the_press(visitor, family, places)
        with time_machine.travel(timezone.now() + timedelta(minutes=8)):
            assert "もう一度押さえる" in visitor.get("/together/confirm/").text
            visitor.post("/together/confirm/keep/")
            assert "まで押さえています" in visitor.get("/together/confirm/").text
        with time_machine.travel(timezone.now() + timedelta(minutes=16)):
            assert press(visitor).headers["Location"] == "/together/done/"

    def test_the_guard_is_real(self, visitor, family, places, monkeypatch):
        """Without the hold a faster person takes the place from under the confirm page."""
        Bucket.objects.filter(pk__in=[one.pk for one in places]).update(capacity=3)
        monkeypatch.setattr(group_holds, "hold_together", lambda **_: None)
        to_the_press(visitor, family, places)
        key = visitor.key("/together/confirm/")
        holds.hold(
            resident_id=cast.resident().pk, places={1: places[1].pk}, by=None, at=timezone.now()
        )  # fmt: skip

        answer = visitor.post("/together/confirm/", request_key=key)

        assert answer.headers["Location"] == "/together/choose/1/"

    def test_keeps_nothing_where_nothing_was_chosen(self, visitor, family):
        enter(visitor, family)
        answer = visitor.post("/together/confirm/keep/")

        assert answer.headers["Location"] == "/together/choose/1/"
        assert not Hold.objects.exists()
