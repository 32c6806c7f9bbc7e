"""The nightly comparison: a counter that lies is found, by beat and by hand."""

import uuid

import pytest
from django.core.management import CommandError, call_command

from booking import counts, invariants, reservations, tasks
from booking.models import WaitingListOffer
from booking.reservations import Asking, Wish
from privacy.models import Alert
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from tests.unit.booking.waiting_list.conftest import booked, cancelled, joined
from venues import freezes, refusals, slots
from venues.models import Bucket, CapacityFreeze, Hold, PlaceEntry

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def bucket(served):
    cast.everybody_may_book()
    slot, web, _ = cast.slot()
    slots.renew_copies(opening_ids=[slot.opening_id])
    asking = Asking(channel="web", request_key=uuid.uuid4())
    reservations.claim(resident=cast.resident(), wishes=[Wish(1, web.pk)], asking=asking, by=None, at=NOW)  # fmt: skip
    return web


def test_agrees_after_bookings_and_cancellations(bucket, capsys):
    (made,) = reservations.live_of(bucket.reservations.get().resident_id)
    reservations.cancel(reservation=made, channel="web", by=None, at=NOW)

    assert counts.differences() == []
    assert tasks.check_counts(municipality_code="999997") == 0
    call_command("check_counts", municipality="999997")


def test_finds_a_counter_that_lies_and_says_by_how_much(bucket, caplog):
    Bucket.objects.filter(pk=bucket.pk).update(taken=3)

    assert counts.differences() == [counts.Difference(bucket.pk, 3, 1)]
    assert tasks.check_counts(municipality_code="999997") == 1
    assert "taken places differ" in caplog.text


def test_the_command_fails_loudly(bucket, capsys):
    Bucket.objects.filter(pk=bucket.pk).update(taken=0, is_open=False)

    with pytest.raises(CommandError):
        call_command("check_counts", municipality="999997")

    said = capsys.readouterr().out
    assert f"bucket {bucket.pk}: taken 0, live 1" in said
    assert f"bucket {bucket.pk}: is not what slot" in said


class TestFreeze:
    """Nine hundred places nobody signed for stop every increase, and no booking (Kishiwada)."""

    @pytest.fixture
    def raised(self, bucket):
        Bucket.objects.filter(pk=bucket.pk).update(capacity=904)
        assert tasks.check_counts(municipality_code="999997") == 1
        return bucket

    def test_stops_increases_only(self, raised):
        signed = {"reason": "試験", "by": cast.staff("ward_officer"), "at": NOW}
        phone = raised.slot.buckets.get(channel="phone")

        with pytest.raises(refusals.Frozen):
            slots.resize(wanted={phone.pk: 3}, **signed)
        with pytest.raises(refusals.Frozen):
            slots.shift(slot=raised.slot, source="web", target="phone", places=1, **signed)

        slots.resize(wanted={phone.pk: 1}, **signed)
        cast.reservation(cast.resident(), bucket=raised)
        assert phone.slot.buckets.get(channel="phone").capacity == 1

    def test_raises_one_alert_however_often_it_is_looked(self, raised):
        tasks.check_counts(municipality_code="999997")

        (alert,) = Alert.objects.filter(kind="counts")
        assert (alert.count, alert.note) == (1, "live 0, ledger 1")
        assert CapacityFreeze.objects.count() == 1

    def test_ends_when_a_person_settles_with_a_reason(self, raised):
        officer = cast.staff("ward_officer")

        assert counts.settle(reason="復元の差を確認", by=officer, at=NOW) == 1

        assert counts.compare(at=NOW).buckets == []
        entry = PlaceEntry.objects.get(what="settled")
        assert (entry.capacity, entry.reason, entry.done_by) == (900, "復元の差を確認", officer)
        (freeze,) = freezes.newest()
        assert (freeze.cleared_by, freezes.standing()) == (officer, None)
        slots.resize(wanted={raised.pk: 905}, reason="試験", by=officer, at=NOW)

    def test_settles_a_lost_count_of_people(self, bucket):
        Bucket.objects.filter(pk=bucket.pk).update(taken=0)
        counts.look(at=NOW)

        counts.settle(reason="復元の差を確認", by=cast.staff("ward_officer"), at=NOW)

        assert Bucket.objects.get(pk=bucket.pk).taken == 1
        assert counts.compare(at=NOW).buckets == []

    def test_does_not_settle_more_people_than_places(self, bucket):
        Bucket.objects.filter(pk=bucket.pk).update(taken=0, capacity=0)
        counts.look(at=NOW)

        with pytest.raises(refusals.StillOver):
            counts.settle(reason="確認", by=cast.staff("ward_officer"), at=NOW)

        assert freezes.standing() is not None


class TestPage:
    def test_shows_what_differs_and_settles_it(self, bucket):
        officer = desk(cast.staff("ward_officer"))
        assert "すべて合っています" in officer.get("/counts/").content.decode()
        Bucket.objects.filter(pk=bucket.pk).update(taken=3)
        counts.look(at=NOW)

        said = officer.get("/counts/").content.decode()
        assert "増枠を止めています" in said
        assert officer.post("/counts/settle/", {"reason": ""}).status_code == 422
        assert officer.post("/counts/settle/", {"reason": "確認済み"}).status_code == 302

        assert "すべて合っています" in officer.get("/counts/").content.decode()
        assert Bucket.objects.get(pk=bucket.pk).taken == 1


class TestOffers:
    @pytest.fixture
    def offer(self, served):
        cast.everybody_may_book()
        _, web, _ = cast.slot(web=1, phone=0)
        held = booked(web)
        joined(cast.resident())
        cancelled(held)
        return WaitingListOffer.objects.get()

    def test_each_has_its_hold(self, offer):
        assert counts.look(at=NOW).offers == counts.Offers(1, 0, 0)
        assert not Alert.objects.exists()

    def test_without_its_hold_it_is_an_alarm_on_the_page(self, offer):
        Hold.objects.filter(holder_id=offer.pk).update(holder_id=uuid.uuid4())

        assert counts.look(at=NOW).offers.without_hold == 1
        assert Alert.objects.filter(kind="counts", subject="offers").exists()

    def test_a_hold_that_outlives_its_offer_is_found(self, offer):
        WaitingListOffer.objects.update(state="expired")

        assert counts.look(at=NOW).offers.without_offer == 1
        page = desk(cast.staff("ward_officer")).get("/counts/").content.decode()
        assert "キャンセル待ちの案内と仮押さえが合いません" in page
        assert "I1 offers: 1" in invariants.broken()

    def test_of_an_offer_that_ran_out_nothing_is_expected(self, offer):
        Hold.objects.filter(holder_id=offer.pk).update(holder_id=uuid.uuid4())

        assert counts.look(at=offer.until).offers.wrong == 0
