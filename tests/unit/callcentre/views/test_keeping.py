"""The desk holds what was picked, says for how long, and lets it go."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from booking.models import Reservation
from callcentre.models import CallParty
from tests import cast
from tests.serving import desk
from tests.unit.callcentre.views.test_desk import BIRTH, find, post, start, text
from venues.models import Bucket, Hold

NONSENSE = ("", "0", "-1", "9" * 40, "１", "'; --", "\x00", "<script>")


@pytest.fixture
def console(operator):
    return desk(operator)


@pytest.fixture
def places(served):
    cast.everybody_may_book()
    venue, today = cast.venue(name="見本会場"), timezone.localdate()
    return [
        cast.slot(day=today + timedelta(days=days), venue_=venue, bookable_from=timezone.now())[0]
        for days in (3, 24)
    ]


@pytest.fixture
def known(console, taro, places):
    start(console)
    find(console, number="9990123456", **BIRTH)
    return CallParty.objects.get()


def held(slot):
    return sum(Bucket.objects.filter(slot=slot).values_list("held", flat=True))


def hold(console, party, path="hold/", **picked):
    return text(post(console, f"parties/{party.pk}/{path}", party=party.pk, do="book", **picked))


class TestHold:
    def test_goes_from_dose_to_dose_to_the_read_back(self, console, known, places):
        page = hold(console, known, s1=places[0].pk)
        assert "2回目の枠" in page
        assert "押さえています" in page
        assert 'data-countdown="4' in page

        page = hold(console, known, s1=places[0].pk, s2=places[1].pk)

        assert "予約の復唱" in page
        assert "data-held" in page
        assert [held(one) for one in places] == [1, 1]
        assert "予約しました" in text(
            post(console, f"parties/{known.pk}/claim/", s1=places[0].pk, s2=places[1].pk)
        )
        assert [held(one) for one in places] == [0, 0]

    def test_that_somebody_was_faster_for_keeps_the_first_dose(self, console, known, places):
        hold(console, known, s1=places[0].pk)
        Bucket.objects.filter(slot=places[1]).update(capacity=0)

        page = hold(console, known, s1=places[0].pk, s2=places[1].pk)

        assert "満員になりました" in page
        assert "2回目の枠" in page
        assert held(places[0]) == 1

    def test_is_seen_and_gone_on_with_from_the_card(self, console, known, places):
        hold(console, known, s1=places[0].pk)

        page = text(console.get(f"/console/?party={known.pk}&do=contact"))

        assert "この枠で続ける" in page
        assert f"s1={places[0].pk}" in page

    def test_is_extended_once(self, console, known, places):
        hold(console, known, s1=places[0].pk)
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            page = hold(console, known, "hold/extend/", s1=places[0].pk)

        assert "延ばす" not in page
        assert "2回目の枠" in page

    def test_is_let_go(self, console, known, places):
        hold(console, known, s1=places[0].pk)

        page = hold(console, known, "hold/let-go/")

        assert "放しました" in page
        assert held(places[0]) == 0

    def test_that_ran_out_says_so_at_the_read_back_and_is_held_anew(self, console, known, places):
        picked = {"d": "1", "s1": places[0].pk}
        hold(console, known, **picked)
        with time_machine.travel(timezone.now() + timedelta(minutes=8)):
            page = text(console.get(f"/console/?party={known.pk}&do=book&d=1&s1={places[0].pk}"))
            assert "いまは押さえていません" in page
            assert "data-held" not in page

            assert "押さえています" in hold(console, known, **picked)

    def test_of_a_move_keeps_the_old_place(self, console, known, places):
        post(console, f"parties/{known.pk}/claim/", s1=places[0].pk)
        made = Reservation.objects.get()
        new = cast.slot(
            day=timezone.localdate() + timedelta(days=4), bookable_from=timezone.now(),
            venue_=places[0].opening.venue,
        )[0]  # fmt: skip

        page = text(
            post(
                console, f"parties/{known.pk}/hold/", party=known.pk, do="move", r=made.pk,
                s1=new.pk,
            )
        )  # fmt: skip

        assert "変更の復唱" in page
        assert (held(new), Reservation.objects.get().slot_id) == (1, places[0].pk)
        post(console, f"parties/{known.pk}/move/", r=made.pk, s1=new.pk, version=1)
        assert (held(new), Reservation.objects.get().slot_id) == (0, new.pk)


class TestHostile:
    @pytest.mark.parametrize("path", ["hold/", "hold/extend/", "hold/let-go/"])
    def test_nonsense_holds_nothing(self, console, known, path):
        for value in NONSENSE:
            answer = post(console, f"parties/{known.pk}/{path}", s1=value, d=value, r=value)
            assert answer.status_code == 200
        assert not Hold.objects.filter(bucket__isnull=False).exists()

    def test_somebody_elses_party_is_not_held_for(self, known, places, other_operator):
        theirs = desk(other_operator)
        start(theirs)

        page = hold(theirs, known, s1=places[0].pk)

        assert "ほかの人の通話です" in page
        assert held(places[0]) == 0

    def test_one_slot_for_two_doses_is_refused_in_words(self, console, known, places):
        page = hold(console, known, s1=places[0].pk, s2=places[0].pk)

        assert "お取りできませんでした" in page
        assert held(places[0]) == 0

    def test_looking_holds_nothing(self, console, known, places):
        for path in ("hold/", "hold/extend/", "hold/let-go/"):
            assert console.get(f"/console/parties/{known.pk}/{path}").status_code == 405
        console.get(f"/console/?party={known.pk}&do=book&s1={places[0].pk}")

        assert held(places[0]) == 0
