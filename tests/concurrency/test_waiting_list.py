"""Many freed places, many who wait: each place once, nobody twice; and the danger is real."""

import uuid
from collections import Counter
from datetime import time as clock
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connections
from django.utils.timezone import localdate

from booking import invariants, reservations, waiting_list
from booking.contacts import Contact
from booking.models import Reservation, WaitingListEntry, WaitingListOffer
from booking.reservations import Asking, Wish
from booking.waiting_list import WaitingWish, _offering
from tenancy.current import current, serving
from tests import cast
from tests.concurrency.test_claim import all_at_once
from venues import ledger
from venues.models import Bucket

pytestmark = pytest.mark.concurrency
SLOTS, EACH, WAITING = 4, 3, 8


@pytest.fixture
def town(live_municipalities):
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        yield live_municipalities


def full_slot(hour):
    _, web, _ = cast.slot(
        day=localdate() + timedelta(days=14), at=clock(hour), web=EACH, phone=0, venue_=cast.venue()
    )
    return [booked(web) for _ in range(EACH)]


def booked(bucket):
    (made,) = reservations.claim(
        resident=cast.resident(), wishes=[Wish(1, bucket.pk)],
        asking=Asking(channel="web", request_key=uuid.uuid4()), by=None, at=cast.now(),
    )  # fmt: skip
    return made


def waits():
    today = localdate()
    return waiting_list.join(
        resident_id=cast.resident().pk,
        wish=WaitingWish(1, (), today, today + timedelta(days=60), 1, "written"),
        contact=Contact(phone="+817099990002"), by=None, at=cast.now(),
    )  # fmt: skip


def cancelling(reservation):
    return lambda: reservations.cancel(
        reservation=reservation, channel="web", by=None, at=cast.now()
    )


def sweeping():
    waiting_list.sweep(at=cast.now())


def taking(offer):
    return lambda: waiting_list.take(offer_id=offer.pk, by=None, at=cast.now())


def open_offers():
    return list(WaitingListOffer.objects.filter(state="open"))


def everything_adds_up():
    offered = Counter(one.bucket_id for one in open_offers())
    assert {one.pk: one.held for one in Bucket.objects.all() if one.held} == offered
    assert invariants.broken() == []
    assert ledger.differences() == []


class TestManyFreedPlaces:
    def test_each_is_offered_once_and_nobody_holds_two(self, town):
        held = [one for hour in range(9, 9 + SLOTS) for one in full_slot(hour)]
        entries = [waits() for _ in range(WAITING)]

        outcome = all_at_once([*map(cancelling, held), *[sweeping] * 3])
        sweeping()

        assert outcome["granted"] == len(held) + 3
        offers = open_offers()
        assert len(offers) == min(len(entries), len(held))
        assert len({one.entry_id for one in offers}) == len(offers)
        everything_adds_up()

    def test_answers_sweeps_and_strangers_at_once(self, town):
        held = [one for hour in (9, 10) for one in full_slot(hour)]
        for _ in range(len(held) // 2):
            waits()
        for one in held:
            cancelling(one)()
        offers = open_offers()
        buckets = list(Bucket.objects.filter(channel="web"))

        strangers = [lambda one=one: booked(one) for one in buckets * 4]
        outcome = all_at_once([*map(taking, offers * 2), *strangers, *[sweeping] * 2])

        assert Reservation.objects.filter(is_live=True).count() == len(held)
        assert set(WaitingListEntry.objects.values_list("state", flat=True)) == {"booked"}
        assert outcome["granted"] == len(offers) * 2 + (len(held) - len(offers)) + 2
        everything_adds_up()

    def test_the_race_is_real_without_the_lock(self, town, monkeypatch):
        """If this ever fails, the tests above prove nothing."""
        unlocked = _offering.FITTING.replace("FOR NO KEY UPDATE OF e SKIP LOCKED", "")
        assert unlocked != _offering.FITTING
        monkeypatch.setattr(_offering, "FITTING", unlocked)
        twice = Counter()
        monkeypatch.setattr(
            _offering, "_offer", lambda entry, *_a, **_k: bool(twice.update([entry.pk])) or True
        )
        held = [one for hour in range(9, 9 + SLOTS) for one in full_slot(hour)[:1]]
        waits()

        all_at_once([*map(cancelling, held)])

        assert max(twice.values()) > 1


class TestADyingConnection:
    """The database dies while the freed place is offered."""

    @pytest.fixture
    def dying(self, town, monkeypatch):
        def die(*_args, **_kwargs):
            with psycopg.connect(town.superuser_url, autocommit=True) as line:
                pid = connections[current().database].connection.info.backend_pid
                line.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
            WaitingListEntry.objects.count()

        held = full_slot(9)[0]
        waits()
        monkeypatch.setattr(_offering, "offer_places", die)
        return held

    def test_is_not_told_as_a_cancellation(self, dying):
        with pytest.raises(OperationalError):
            cancelling(dying)()
        connections.close_all()

        assert Reservation.objects.get(pk=dying.pk).is_live

    def test_would_be_told_as_one_and_lost(self, dying, monkeypatch):
        """If this ever fails, the test above proves nothing."""
        monkeypatch.setattr(_offering.transaction, "get_rollback", lambda **_: False)

        cancelling(dying)()
        connections.close_all()

        assert Reservation.objects.get(pk=dying.pk).is_live
