"""Leftover doses: asked in turn and in batches, the quickest comes, never more than there are."""

import re
from datetime import time, timedelta

import pytest
import time_machine

from booking import counts, invariants, reservations, waiting_list
from booking.contacts import Contact
from booking.models import LeftoverCall, LeftoverOffer, Reservation, WaitingListEntry
from booking.waiting_list import LeftoversGone, leftovers
from notifications.models import Message
from tenancy.current import serving
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from tests.unit.booking.views.conftest import Visitor
from tests.unit.booking.waiting_list.conftest import HOUSE_PHONE, joined
from venues import ledger
from venues.models import Bucket, Opening
from venues.refusals import Refused

pytestmark = pytest.mark.usefixtures("served")
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def opening(served):
    cast.everybody_may_book()
    cast.slot(day=NOW.date(), at=time(9), web=0, phone=0)
    return Opening.objects.get()


@pytest.fixture
def venue_staff(served):
    return cast.staff("venue_staff")


def ready(count=1, minutes=30, **changes):
    return [joined(cast.resident(), leftover_minutes=minutes, **changes) for _ in range(count)]


def called(opening, by, doses=1, minutes=30, at=NOW):
    return leftovers.call_out(opening=opening, doses=doses, minutes=minutes, by=by, at=at)


def token_of(offer):
    return re.search(r"/n/([\w-]+)", Message.objects.get(reference=offer.pk).body)[1]


class TestWhoIsAsked:
    def test_only_who_can_be_there_in_time_and_can_be_written_to(self, opening, venue_staff):
        (quick,) = ready()
        ready(minutes=60)
        joined(cast.resident())
        joined(cast.resident(), reach="call", contact=Contact(phone=HOUSE_PHONE))

        called(opening, venue_staff, doses=5)

        assert [one.entry_id for one in LeftoverOffer.objects.all()] == [quick.pk]

    def test_an_hour_takes_in_who_needs_half_of_it(self, opening, venue_staff):
        ready()
        ready(minutes=60)

        called(opening, venue_staff, doses=5, minutes=60)

        assert LeftoverOffer.objects.count() == 2

    def test_in_batches_in_their_turn(self, opening, venue_staff):
        entries = [ready(at=NOW - timedelta(minutes=60 - n))[0] for n in range(5)]
        called(opening, venue_staff)
        asked = list(LeftoverOffer.objects.values_list("entry_id", flat=True))
        assert asked == [one.pk for one in entries[:2]]

        waiting_list.sweep(at=NOW + timedelta(minutes=2))
        assert LeftoverOffer.objects.count() == 2
        waiting_list.sweep(at=NOW + timedelta(minutes=6))

        assert LeftoverOffer.objects.count() == 4

    def test_nobody_who_could_not_answer_in_time(self, opening, venue_staff):
        called(opening, venue_staff)
        ready()

        waiting_list.sweep(at=NOW + timedelta(minutes=11))

        assert not LeftoverOffer.objects.exists()

    def test_nobody_whose_rules_refuse(self, opening, venue_staff):
        joined(cast.resident(born_on=NOW.date() - timedelta(days=900)), leftover_minutes=30)

        called(opening, venue_staff)

        assert not LeftoverOffer.objects.exists()


class TestAnswers:
    def test_each_yes_is_a_reservation_and_the_doses_are_the_end(self, opening, venue_staff):
        ready(4)
        call = called(opening, venue_staff, doses=2)
        offers = list(LeftoverOffer.objects.order_by("made_at"))

        for one in offers[:2]:
            leftovers.take(offer_id=one.pk, at=SOON)
        for one in offers[2:]:
            with pytest.raises(LeftoversGone):
                leftovers.take(offer_id=one.pk, at=SOON)

        assert Reservation.objects.filter(slot=call.slot, channel="walk_in").count() == 2
        assert invariants.broken() == []
        assert ledger.differences() == []
        states = WaitingListEntry.objects.values_list("state", flat=True)
        assert sorted(states) == ["booked", "booked", "waiting", "waiting"]

    def test_pressing_twice_is_once(self, opening, venue_staff):
        ready()
        called(opening, venue_staff, doses=2)
        offer = LeftoverOffer.objects.get()

        first = leftovers.take(offer_id=offer.pk, at=SOON)

        assert leftovers.take(offer_id=offer.pk, at=SOON) == first

    def test_the_end_takes_back_what_nobody_wanted(self, opening, venue_staff):
        ready(2)
        call = called(opening, venue_staff, doses=3)
        leftovers.take(offer_id=LeftoverOffer.objects.first().pk, at=SOON)

        leftovers.end(call=call, by=venue_staff, at=SOON)
        leftovers.end(call=call, by=venue_staff, at=SOON)

        bucket = Bucket.objects.get(pk=call.bucket_id)
        assert (bucket.capacity, bucket.taken) == (1, 1)
        with pytest.raises(LeftoversGone):
            leftovers.take(offer_id=LeftoverOffer.objects.get(state="open").pk, at=SOON)
        assert ledger.differences() == []
        assert Message.objects.filter(kind="leftover", state="pending").count() == 0

    def test_the_clock_ends_it_too(self, opening, venue_staff):
        ready()
        call = called(opening, venue_staff)
        after = call.until

        with pytest.raises(LeftoversGone):
            leftovers.take(offer_id=LeftoverOffer.objects.get().pk, at=after)
        waiting_list.sweep(at=after)

        assert LeftoverCall.objects.get().ended_at == after

    def test_no_keeps_the_turn(self, opening, venue_staff):
        (entry,) = ready()
        called(opening, venue_staff)

        leftovers.decline(offer_id=LeftoverOffer.objects.get().pk, at=SOON)

        entry.refresh_from_db()
        assert entry.state == "waiting"

    def test_who_booked_meanwhile_gets_no_second_place(self, opening, venue_staff):
        (entry,) = ready()
        called(opening, venue_staff)
        cast.reservation(entry.resident)

        with pytest.raises(reservations.Refused):
            leftovers.take(offer_id=LeftoverOffer.objects.get().pk, at=SOON)

        assert Reservation.objects.filter(is_live=True).count() == 1


class TestCallingOut:
    @pytest.mark.parametrize("typed", [{"doses": 0}, {"doses": 51}, {"minutes": 5}])
    def test_nonsense_is_refused(self, opening, venue_staff, typed):
        with pytest.raises(Refused):
            called(opening, venue_staff, **typed)

    def test_not_at_night_and_not_beyond_the_day(self, opening, venue_staff):
        for hours in (13.4, 13.9):
            with pytest.raises(Refused):
                called(opening, venue_staff, at=NOW + timedelta(hours=hours))

    def test_not_while_a_wrong_count_freezes_places(self, opening, venue_staff):
        Bucket.objects.update(capacity=9, taken=3)
        counts.look(at=NOW)

        with pytest.raises(Refused):
            called(opening, venue_staff)

        assert not LeftoverCall.objects.exists()


class TestPages:
    @pytest.fixture(autouse=True)
    def morning(self):
        with time_machine.travel(NOW, tick=True):
            yield

    @pytest.fixture
    def offered(self, opening, venue_staff):
        (entry,) = ready()
        called(opening, venue_staff)
        return entry

    def test_the_link_answers_once_and_shows_nothing_of_the_person(self, offered):
        visitor, token = Visitor(), token_of(LeftoverOffer.objects.get())
        page = visitor.get(f"/n/{token}").text
        assert "見本会場" in page
        assert "見本　太郎" not in page

        answer = visitor.post(f"/n/{token}/answer/", answer="take")

        number = Reservation.objects.get(is_live=True).reservation_number
        assert number in answer.text
        assert number in visitor.post(f"/n/{token}/answer/", answer="take").text

    def test_forged_tokens_and_nonsense(self, offered):
        visitor, token = Visitor(), token_of(LeftoverOffer.objects.get())

        assert visitor.get("/n/" + "A" * 22).status_code == 404
        assert visitor.get("/n/%00").status_code == 404
        assert visitor.post(f"/n/{token}/answer/", answer="<script>").status_code == 422
        assert visitor.post("/n/forged/answer/", answer="take").status_code == 404
        assert not Reservation.objects.exists()

    def test_venue_staff_call_out_watch_and_end(self, offered, venue_staff):
        client = desk(venue_staff)
        opening = Opening.objects.get()

        page = client.get("/leftovers/").content.decode()
        assert "今日の案内" in page
        call = LeftoverCall.objects.get()
        assert client.post(f"/leftovers/{call.pk}/end/").status_code == 302
        for typed in ({"doses": "-1"}, {"doses": "9" * 30}, {"doses": ""}, {"minutes": "<b>"}):
            answer = client.post(
                f"/leftovers/{opening.pk}/", {"doses": "1", "minutes": "30"} | typed
            )
            assert answer.status_code == 422
        assert client.post("/leftovers/999999/", {"doses": "1", "minutes": "30"}).status_code == 404
        assert LeftoverCall.objects.count() == 1


def test_another_municipality_does_not_know_the_link(opening, venue_staff, tameshi):
    ready()
    called(opening, venue_staff)
    token = token_of(LeftoverOffer.objects.get())

    with serving(tameshi), pytest.raises(waiting_list.UnknownOffer):
        leftovers.find(token=token, at=SOON)
