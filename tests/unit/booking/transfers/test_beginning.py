"""Intake stops at once, and everybody who is booked is on the list."""

import uuid
from datetime import date, time, timedelta

import pytest

from booking import reservations, transfers
from booking.models import Transfer, TransferEvent
from booking.reservations import Asking, Wish
from notifications.models import Message
from tests import cast
from tests.cast import NOW
from tests.unit.booking.transfers.conftest import CLOSED, begin, lines
from venues import openings, slots
from venues.models import Bucket, Opening, Slot

pytestmark = pytest.mark.usefixtures("served")


def claim(bucket):
    return reservations.claim(
        resident=cast.resident(), wishes=[Wish(1, bucket.pk)],
        asking=Asking(channel="web", request_key=uuid.uuid4()), by=None, at=NOW,
    )  # fmt: skip


class TestBegin:
    def test_stops_the_day_and_lists_everybody(self, town, begun):
        assert {one.reservation_id for one in lines()} == {one.pk for one in town.booked}
        assert [one.carrier for one in map(_of, town.booked)] == ["sms", "mail", "call", ""]
        with pytest.raises(reservations.SlotFull):
            claim(town.web)

    def test_tells_nobody_yet(self, town, begun):
        assert not Message.objects.filter(kind__in=["transferred", "day_closed"]).exists()

    def test_of_one_slot_leaves_the_others_open(self, town, officer):
        _, later, _ = cast.slot(day=CLOSED, at=time(14, 0), venue_=town.here)
        cast.reservation(cast.resident(), bucket=later)

        begin(town, officer, slot=town.slot)

        assert {one.reservation_id for one in lines()} == {one.pk for one in town.booked}
        assert Opening.objects.get(pk=town.opening.pk).is_open
        assert not Slot.objects.get(pk=town.slot.pk).is_open
        assert claim(later)

    def test_twice_is_refused_while_one_is_open(self, town, officer, begun):
        with pytest.raises(transfers.OneIsOpen):
            begin(town, officer)

        assert Transfer.objects.count() == 1

    def test_without_anybody_closes_nothing(self, town, officer):
        slot, _, _ = cast.slot(day=date(2026, 6, 20), venue_=town.here)
        town.opening = slot.opening

        with pytest.raises(transfers.NothingToMove):
            begin(town, officer)

        assert Opening.objects.get(pk=slot.opening_id).is_open

    def test_of_a_day_that_is_over_is_refused(self, town, officer):
        with pytest.raises(transfers.DayOver):
            transfers.begin(
                opening=town.opening, wish=transfers.TransferWish(), reason="停電のため",
                by=officer, at=NOW + timedelta(days=15),
            )  # fmt: skip

    def test_remembers_what_was_closed_before(self, town, officer):
        openings.close_day(opening=town.opening, reason="停電のため", by=officer, at=NOW)

        assert begin(town, officer).closed_here is False

    def test_is_entered(self, town, begun, officer):
        (event,) = TransferEvent.objects.all()

        assert (event.what, event.count, event.done_by, event.reason) == (
            "begun", 4, officer, "停電のため",
        )  # fmt: skip


class TestWithTheWaitingList:
    def test_an_offer_of_the_closed_day_is_taken_back_and_the_turn_kept(self, town, officer):
        from booking import waiting_list
        from booking.contacts import Contact
        from booking.models import WaitingListOffer

        entry = waiting_list.join(
            resident_id=cast.resident().pk,
            wish=waiting_list.WaitingWish(1, (town.here.pk,), CLOSED, CLOSED, 1, "written"),
            contact=Contact(phone="+817099990002"), by=None, at=NOW,
        )  # fmt: skip
        slots.lock(bucket_ids=[town.web.pk])
        assert waiting_list.offer_places(bucket_ids=[town.web.pk], at=NOW) == 1

        transfers.work(transfer_id=begin(town, officer).pk, at=NOW)

        offer = WaitingListOffer.objects.get()
        entry.refresh_from_db()
        assert (offer.state, entry.state, entry.unanswered) == ("withdrawn", "waiting", 0)
        assert Bucket.objects.get(pk=town.web.pk).held == 0
        assert Message.objects.get(kind="offered").state == "superseded"


def _of(reservation):
    from tests.unit.booking.transfers.conftest import line_of

    return line_of(reservation)
