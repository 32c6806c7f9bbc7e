"""The confirm page keeps what was chosen for a while, and says until when."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from booking import holds
from booking.models import Reservation
from tests import cast
from tests.unit.booking.views.conftest import typed
from venues.models import Bucket, Hold


@pytest.fixture
def last_pair(places):
    """One web place each."""
    Bucket.objects.filter(pk__in=[one.pk for one in places]).update(capacity=1)
    return places


def arrive(visitor, resident, places):
    visitor.sign_in(resident)
    visitor.choose(1, places[0])
    visitor.choose(2, places[1])
    return visitor.leave_contact()


def held(places):
    return [Bucket.objects.get(pk=one.pk).held for one in places]


class TestConfirm:
    def test_holds_both_and_says_until_when(self, visitor, resident, last_pair):
        assert arrive(visitor, resident, last_pair)["Location"] == "/confirm/"

        said = visitor.get("/confirm/").text
        until = timezone.localtime(Hold.objects.first().until)
        assert f"{until.hour}:{until:%M}まで押さえています" in said
        assert 'role="status"' in said
        assert held(last_pair) == [1, 1]

    def test_turns_the_hold_into_the_reservation(self, visitor, resident, last_pair):
        arrive(visitor, resident, last_pair)

        assert visitor.confirm()["Location"] == "/done/"
        assert held(last_pair) == [0, 0]
        assert Reservation.objects.count() == 2

    def test_is_not_reached_by_who_comes_second(self, visitor, resident, last_pair):
        holds.hold(
            resident_id=cast.resident().pk, places={1: last_pair[0].pk}, by=None,
            at=timezone.now(),
        )  # fmt: skip

        answer = arrive(visitor, resident, last_pair)

        assert answer["Location"].startswith("/choose/")
        assert Hold.objects.filter(holder_id=resident.pk, bucket__isnull=False).count() == 0

    def test_going_back_to_choose_gives_the_place_back(self, visitor, resident, last_pair):
        arrive(visitor, resident, last_pair)
        visitor.get("/choose/1/")

        assert held(last_pair) == [0, 0]

    def test_mending_the_contact_keeps_it(self, visitor, resident, last_pair):
        arrive(visitor, resident, last_pair)
        visitor.get("/contact/")

        assert held(last_pair) == [1, 1]

    def test_finishing_gives_the_place_back(self, visitor, resident, last_pair):
        arrive(visitor, resident, last_pair)
        visitor.post("/finish/")

        assert held(last_pair) == [0, 0]

    def test_is_extended_once(self, visitor, resident, last_pair):
        arrive(visitor, resident, last_pair)
        assert "もう少し時間がほしい" in visitor.get("/confirm/").text

        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            assert visitor.post("/confirm/keep/")["Location"] == "/confirm/"
            assert "もう少し時間がほしい" not in visitor.get("/confirm/").text

    def test_that_ran_out_says_so_and_still_books(self, visitor, resident, last_pair):
        arrive(visitor, resident, last_pair)

        with time_machine.travel(timezone.now() + timedelta(minutes=8)):
            said = visitor.get("/confirm/").text
            assert "押さえていた時間が過ぎました" in said
            assert "もう一度押さえる" in said
            assert visitor.confirm()["Location"] == "/done/"

    def test_that_ran_out_can_be_held_anew(self, visitor, resident, last_pair):
        arrive(visitor, resident, last_pair)

        with time_machine.travel(timezone.now() + timedelta(minutes=8)):
            visitor.post("/confirm/keep/")
            assert "まで押さえています" in visitor.get("/confirm/").text


@pytest.mark.parametrize("flag", ["0", "1"])
def test_whoever_the_record_refuses_holds_alike(visitor, last_pair, flag):
    """The page before the claim tells nothing of the record."""
    from tests.unit.booking.views.conftest import BORN_ON

    somebody = cast.resident(born_on=BORN_ON)
    visitor.sign_in(somebody)
    type(somebody).objects.filter(pk=somebody.pk).update(status_flag=flag)
    visitor.choose(1, last_pair[0])
    visitor.choose(2, last_pair[1])

    assert visitor.leave_contact()["Location"] == "/confirm/"
    assert held(last_pair) == [1, 1]


class TestMove:
    @pytest.fixture
    def holder(self, visitor, resident, places):
        made = cast.reservation(resident, bucket=places[0], at=cast.now())
        number = Reservation.objects.get(pk=made.pk).reservation_number
        visitor.post("/change/", **typed(resident.voucher_number_for_test, reservation=number))
        return visitor

    @pytest.fixture
    def new(self, earlier_time):
        Bucket.objects.filter(pk=earlier_time.pk).update(capacity=1)
        return earlier_time

    def take(self, holder, new):
        return holder.post("/mine/1/move/take/", place=new.pk)

    def test_holds_the_new_place_beside_the_old(self, holder, places, new):
        assert self.take(holder, new)["Location"] == "/mine/1/move/confirm/"

        assert held([new]) == [1]
        assert Bucket.objects.get(pk=places[0].pk).taken == 1
        assert "まで押さえています" in holder.get("/mine/1/move/confirm/").text

    def test_takes_the_held_place(self, holder, places, new):
        self.take(holder, new)

        assert holder.confirm_move(1)["Location"] == "/mine/"
        assert (held([new]), Reservation.objects.get().bucket_id) == ([0], new.pk)
        assert Bucket.objects.get(pk=places[0].pk).taken == 0

    def test_is_not_reached_by_who_comes_second(self, holder, new):
        holds.hold(
            resident_id=cast.resident().pk, places={1: new.pk}, by=None, at=timezone.now()
        )  # fmt: skip

        assert self.take(holder, new)["Location"] == "/mine/1/move/"

    @pytest.mark.parametrize("path", ["/mine/", "/mine/1/move/"])
    def test_going_back_gives_the_new_place_back(self, holder, new, path):
        self.take(holder, new)
        holder.get(path)

        assert held([new]) == [0]

    def test_finishing_gives_it_back(self, holder, new):
        self.take(holder, new)
        holder.post("/finish/")

        assert held([new]) == [0]

    def test_is_extended_once_and_held_anew(self, holder, new):
        self.take(holder, new)
        path = "/mine/1/move/confirm/"
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            assert holder.post("/mine/1/move/keep/")["Location"] == path
            assert "もう少し時間がほしい" not in holder.get(path).text
        with time_machine.travel(timezone.now() + timedelta(minutes=13)):
            assert "押さえていた時間が過ぎました" in holder.get(path).text
            holder.post("/mine/1/move/keep/")
            assert "まで押さえています" in holder.get(path).text

    def test_keeps_nothing_where_nothing_was_chosen(self, holder):
        assert holder.post("/mine/1/move/keep/")["Location"] == "/mine/"
        assert not Hold.objects.exists()
