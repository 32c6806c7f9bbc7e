"""A list flags somebody while that person claims: the list is waited for, and the flag holds."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from time import sleep

import pytest
from django.db import connections
from django.utils.timezone import localdate

from booking import reservations, vouchers
from booking.models import Reservation, Resident
from booking.reservations import Asking, Wish, _sql
from tenancy.current import municipality_atomic, serving
from tests import cast
from venues.models import Bucket

pytestmark = pytest.mark.concurrency


@pytest.fixture
def town(live_municipalities):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        yield live_municipalities.mihon


def buckets(count):
    days = (14, 60)[:count]
    return [
        cast.slot(day=localdate() + timedelta(days=one), at=time(10), venue_=cast.venue())[1]
        for one in days
    ]


def moved_away(who):
    Resident.objects.filter(pk=who.pk).update(status_flag="1")


def claim_while_being_flagged(town, places, change=None):
    """What a claim gets that begins before the list commits, and how many places it took."""
    resident = cast.resident()
    wishes = [Wish(dose, one.pk) for dose, one in enumerate(buckets(places), start=1)]

    def claiming():
        with serving(town):
            try:
                reservations.claim(
                    resident=resident, wishes=wishes,
                    asking=Asking(channel="web", request_key=uuid.uuid4()), by=None, at=cast.now(),
                )  # fmt: skip
            except reservations.Refused as refusal:
                return type(refusal).__name__
            finally:
                connections.close_all()
            return "granted"

    with ThreadPoolExecutor(1) as pool:
        with municipality_atomic():
            (change or moved_away)(resident)
            outcome = pool.submit(claiming)
            sleep(1)
        return outcome.result(timeout=20), sum(Bucket.objects.values_list("taken", flat=True))


def move_while_being_changed(town, change):
    """What a move gets that begins before a list commits."""
    who = cast.resident()
    here, there = buckets(2)
    held = cast.reservation(who, bucket=here, at=cast.now())

    def moving():
        with serving(town):
            try:
                reservations.move(
                    reservation=held, bucket_id=there.pk, channel="web", by=None, at=cast.now()
                )
            except reservations.Refused as refusal:
                return type(refusal).__name__
            finally:
                connections.close_all()
            return "granted"

    with ThreadPoolExecutor(1) as pool:
        with municipality_atomic():
            change(who)
            outcome = pool.submit(moving)
            sleep(1)
        return outcome.result(timeout=60), Bucket.objects.get(pk=there.pk).taken


def flag(who):
    Resident.objects.filter(pk=who.pk).update(status_flag="2")


def void_the_voucher(who):
    """As a list does: the voucher first, then its holder's base date."""
    who.vouchers.update(is_live=False)
    Resident.objects.filter(pk=who.pk).update(base_date=localdate())


def stop_by_hand(who):
    """As an officer does on the page of one voucher."""
    vouchers.note(
        voucher=who.vouchers.get(), what="stopped", words="", by=cast.staff("ward_officer"),
        at=cast.now(),
    )  # fmt: skip


@pytest.mark.parametrize("change", [flag, void_the_voucher, stop_by_hand])
class TestFlaggingOfWhoMoves:
    def test_a_move_waits_for_the_list_and_is_refused(self, town, change):
        assert move_while_being_changed(town, change) == ("NotPermitted", 0)
        assert Reservation.objects.get().version == 1

    def test_the_race_is_real_without_the_lock(self, town, change, monkeypatch):
        monkeypatch.setattr(_sql, "HELD", _sql.HELD.replace("FOR NO KEY UPDATE OF r", ""))

        assert move_while_being_changed(town, change) == ("granted", 1)


class TestStopping:
    def test_a_claim_waits_for_the_officer_and_is_refused(self, town):
        assert claim_while_being_flagged(town, 1, change=stop_by_hand) == ("NotPermitted", 0)

    def test_the_race_is_real_where_the_holder_is_not_locked(self, town):
        def carelessly(who):
            who.vouchers.update(is_live=False)

        assert claim_while_being_flagged(town, 1, change=carelessly) == ("granted", 1)


@pytest.mark.parametrize("places", [1, 2])
class TestFlagging:
    def test_a_claim_waits_for_the_list_and_is_refused(self, town, places):
        assert claim_while_being_flagged(town, places) == ("NotPermitted", 0)
        assert not Reservation.objects.exists()

    def test_the_race_is_real_without_the_lock(self, town, places, monkeypatch):
        monkeypatch.setattr(_sql, "PERSON", _sql.PERSON.replace("FOR NO KEY UPDATE OF r", ""))
        _sql.single.cache_clear()
        _sql.several.cache_clear()

        try:
            assert claim_while_being_flagged(town, places) == ("granted", places)
        finally:
            _sql.single.cache_clear()
            _sql.several.cache_clear()
