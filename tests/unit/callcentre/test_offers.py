"""An offer of the waiting list for somebody who can only be telephoned: called, answered, booked."""

from datetime import date, time

import pytest

from booking import waiting_list
from booking.contacts import Contact
from booking.models import Reservation, WaitingListOffer
from callcentre import calls, claims, outbound
from notifications import call_list
from tests import cast
from tests.cast import NOW
from tests.unit.booking.waiting_list.conftest import HOUSE_PHONE, booked, cancelled, joined
from venues.models import Bucket


@pytest.fixture
def offer(served, taro):
    cast.everybody_may_book()
    _, web, _ = cast.slot(day=date(2026, 6, 15), at=time(10), web=1, phone=0)
    held = booked(web)
    joined(taro, reach="call", contact=Contact(phone=HOUSE_PHONE))
    cancelled(held)
    return WaitingListOffer.objects.get()


@pytest.fixture
def party(call, taro, bring, operator, offer):
    calls.read_notice(call=call, by=operator)
    return bring(call, taro)


def test_the_call_list_leads_to_the_person(offer, taro, operator):
    (message,) = call_list.waiting(at=NOW)
    call = outbound.start_for(message_id=message.pk, by=operator, at=NOW)

    assert call.caller_number == HOUSE_PHONE
    assert call.parties.get().resident_id == taro.pk


def test_taken_on_the_telephone(party, offer, operator, taro, call):
    claims.answer_offer_for(party=party, offer_id=offer.pk, takes=True, by=operator, at=NOW)

    made = Reservation.objects.get(resident=taro)
    assert (made.channel, made.bucket_id) == ("phone", offer.bucket_id)
    assert made.events.get().call_id == call.pk
    assert call_list.count() == 0


def test_declined_on_the_telephone(party, offer, operator):
    claims.answer_offer_for(party=party, offer_id=offer.pk, takes=False, by=operator, at=NOW)

    assert Bucket.objects.get(pk=offer.bucket_id).held == 0
    assert call_list.count() == 0


def test_somebody_elses_offer_is_not_answered(call, bring, offer, operator):
    calls.read_notice(call=call, by=operator)
    other = bring(call, cast.resident())

    with pytest.raises(waiting_list.OfferOver):
        claims.answer_offer_for(party=other, offer_id=offer.pk, takes=True, by=operator, at=NOW)


def test_the_desk_shows_it(party, offer, operator):
    from callcentre import desk

    assert [one.pk for one in desk.card_of(party.resident, by=operator, at=NOW).offers] == [
        offer.pk
    ]
