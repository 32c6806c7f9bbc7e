"""At the desk: late or once too often needs a reason; the later dose is asked about."""

from datetime import timedelta

import pytest
from django.utils import timezone

from booking import rulebook
from booking.models import ChangeRules, Reservation, ReservationEvent
from tests import cast
from tests.unit.callcentre.views.test_desk import post, text
from tests.unit.callcentre.views.test_keeping import console, known, places
from venues.models import Programme

__all__ = ["console", "known", "places"]


@pytest.fixture
def booked(console, known, places, new):
    post(console, f"parties/{known.pk}/claim/", s1=places[0].pk, s2=places[1].pk)
    return list(Reservation.objects.order_by("dose_number"))


@pytest.fixture
def new(places):
    return cast.slot(
        day=timezone.localdate() + timedelta(days=40), bookable_from=timezone.now(),
        venue_=places[0].opening.venue,
    )[0]  # fmt: skip


def live():
    return sorted(one.dose_number for one in Reservation.objects.filter(is_live=True))


class TestALimit:
    @pytest.fixture(autouse=True)
    def limited(self, booked):
        ChangeRules.objects.create(programme=Programme.objects.get(), most_moves=0)
        rulebook.forget_kept()

    def test_is_passed_with_a_reason_that_is_kept(self, console, known, booked, new):
        wanted = {"do": "move", "r": booked[1].pk, "s2": new.pk, "version": 1}
        page = text(console.get(f"/console/?party={known.pk}&do=move&r={booked[1].pk}&s2={new.pk}"))
        assert "締切・回数を超える理由" in page

        page = text(post(console, f"parties/{known.pk}/move/", **wanted))
        assert "理由を選ぶと手続きできます" in page
        assert "変更の復唱" in page
        post(console, f"parties/{known.pk}/move/", pass_reason="illness", **wanted)

        assert ReservationEvent.objects.get(what="moved").reason == "illness"

    @pytest.mark.parametrize("reason", ["", "x", "9" * 99, "\x00"])
    def test_is_passed_by_no_nonsense(self, console, known, booked, new, reason):
        post(
            console, f"parties/{known.pk}/move/", r=booked[1].pk, s2=new.pk, version=1,
            pass_reason=reason,
        )  # fmt: skip

        assert not ReservationEvent.objects.filter(what="moved").exists()


class TestTheLaterDose:
    def cancel(self, console, known, booked, **data):
        sent = {"r": booked[0].pk, "version": 1, "reason": "health"} | data
        return text(post(console, f"parties/{known.pk}/cancel/", **sent))

    def test_is_asked_about(self, console, known, booked):
        page = text(console.get(f"/console/?party={known.pk}&do=cancel&r={booked[0].pk}"))
        assert "次の回の予約" in page

        page = self.cancel(console, known, booked)

        assert "次の回の予約をどうするか選んでください" in page
        assert live() == [1, 2]

    @pytest.mark.parametrize(("later", "left"), [("keep", [2]), ("cancel", [])])
    def test_stays_or_goes_as_the_caller_says(self, console, known, booked, later, left):
        self.cancel(console, known, booked, later=later)

        assert live() == left

    def test_gets_another_time_in_the_same_press(self, console, known, booked, new):
        page = self.cancel(console, known, booked, later="move")
        assert "2回目の変更先" in page
        assert live() == [1, 2]
        pairs = {
            "party": known.pk, "do": "move", "r": booked[1].pk, "x": booked[0].pk, "why": "health",
            "s2": new.pk,
        }  # fmt: skip

        page = text(post(console, f"parties/{known.pk}/hold/", **pairs))
        assert "1回目の予約は取り消します" in page
        post(console, f"parties/{known.pk}/move/", version=1, cancels_version=1, **pairs)

        assert live() == [2]
        assert Reservation.objects.get(is_live=True).slot_id == new.pk
        assert ReservationEvent.objects.get(what="cancelled").reason == "health"

    def test_of_a_page_left_open_changes_nothing(self, console, known, booked, new):
        pairs = {"do": "move", "r": booked[1].pk, "x": booked[0].pk, "s2": new.pk}

        page = text(
            post(console, f"parties/{known.pk}/move/", version=1, cancels_version=9, **pairs)
        )

        assert "ほかの画面で変更されました" in page
        assert live() == [1, 2]
