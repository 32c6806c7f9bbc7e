"""What a cancellation frees comes back at no moment anybody can foresee, and is never lost (T34)."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booking import holds, reservations, resting, rule_changes, rulebook
from booking.models import BookingRules
from booking.reservations import Asking, Wish
from tests import cast
from tests.cast import NOW
from venues import ledger, slots
from venues.models import Bucket, Hold, PlaceEntry

SOON = NOW + timedelta(minutes=15)


@pytest.fixture
def town(served, rested):
    cast.everybody_may_book()


def full(*, places=1, channel="web"):
    """A bucket with every place taken, and who has them."""
    sizes = {"web": 0, "phone": 0, channel: places}
    _, web, phone = cast.slot(**sizes, venue_=cast.venue())
    found = web if channel == "web" else phone
    return found, [
        cast.reservation(cast.resident(), bucket=found, channel=channel) for _ in range(places)
    ]


def cancel(reservation, *, at=NOW):
    return reservations.cancel(reservation=reservation, channel="web", by=None, at=at)


def claim(bucket, *, at, resident=None):
    (made,) = reservations.claim(
        resident=resident or cast.resident(), wishes=[Wish(1, bucket.pk)],
        asking=Asking(channel=bucket.channel, request_key=uuid.uuid4()), by=None, at=at,
    )  # fmt: skip
    return made


def counters(bucket):
    row = Bucket.objects.get(pk=bucket.pk)
    return row.taken, row.held


class TestAFreedPlace:
    def test_rests_and_comes_back_by_itself(self, town):
        web, (made,) = full()
        cancel(made)

        assert counters(web) == (0, 1)
        with pytest.raises(reservations.SlotFull):
            claim(web, at=NOW)
        assert claim(web, at=SOON).is_live  # nobody swept
        assert counters(web) == (1, 0)
        assert ledger.differences() == []

    def test_comes_back_by_the_sweep_too(self, town):
        web, (made,) = full()
        cancel(made)
        slots.sweep(at=SOON)

        assert counters(web) == (0, 0)
        whats = PlaceEntry.objects.filter(bucket=web).order_by("pk").values_list("what", flat=True)
        assert list(whats)[-3:] == ["cancelled", "held", "unheld"]
        assert ledger.differences() == []

    def test_comes_back_at_a_moment_of_its_own(self, town):
        _, made = full(places=40)
        for one in made:
            cancel(one)

        waits = sorted(one - NOW for one in Hold.objects.values_list("until", flat=True))
        assert timedelta(0) <= waits[0] < waits[-1] <= timedelta(minutes=15)
        assert len(set(waits)) > 30
        assert waits[-1] - waits[0] > timedelta(minutes=3)

    def test_that_somebody_moved_away_from_rests_too(self, town):
        web, (made,) = full()
        _, other, _ = cast.slot(web=1, phone=0, venue_=cast.venue())
        reservations.move(reservation=made, bucket_id=other.pk, channel="web", by=None, at=NOW)

        assert counters(web) == (0, 1)

    def test_of_the_telephone_is_there_at_once(self, town):
        phone, (made,) = full(channel="phone")
        cancel(made)

        assert counters(phone) == (0, 0)

    def test_is_there_at_once_where_the_ward_wants_it(self, town):
        rule_changes.change(
            change_until_hours=1, cancel_until_hours=1, contact_needed="either", rest_minutes=0,
            reason="試験", by=cast.staff("ward_officer"), at=NOW,
        )  # fmt: skip
        rulebook.forget_kept()
        web, (made,) = full()
        cancel(made)

        assert claim(web, at=NOW).is_live

    def test_is_never_kept_beyond_its_booking_window(self, town):
        web, made = full(places=20)
        Bucket.objects.filter(pk=web.pk).update(bookable_until=NOW + timedelta(minutes=8))
        for one in made:
            cancel(one)

        assert all(
            one <= NOW + timedelta(minutes=4)
            for one in Hold.objects.values_list("until", flat=True)
        )

    def test_of_a_closed_bucket_does_not_rest(self, town):
        web, (made,) = full()
        Bucket.objects.filter(pk=web.pk).update(is_open=False)
        cancel(made)

        assert counters(web) == (0, 0)

    def test_stops_nobody_from_holding_another(self, town):
        web, (made, _) = full(places=2)
        Bucket.objects.filter(pk=web.pk).update(capacity=3)
        cancel(made)
        holds.hold(resident_id=cast.resident().pk, places={1: web.pk}, by=None, at=NOW)

        assert counters(web) == (1, 2)


class TestTheRule:
    def test_is_a_quarter_of_an_hour_until_the_ward_says_otherwise(self, town):
        assert resting.longest() == timedelta(minutes=15)

    def test_is_never_longer(self, town):
        with pytest.raises(IntegrityError), transaction.atomic():
            BookingRules.objects.create(pk=1, rest_minutes=16)
