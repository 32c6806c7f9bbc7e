"""The ledger explains every counter, whatever was done; and a change past it is found."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import reservations
from booking.reservations import Asking, Wish
from shared.database import violates
from tenancy.current import municipality_atomic
from tests import cast
from tests.cast import NOW
from venues import ledger, refusals, slots
from venues.models import Bucket, Channel, PlaceEntry

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def town(served):
    cast.everybody_may_book()
    return cast.slot(web=4, phone=2)


def claim(resident, bucket):
    asking = Asking(channel=bucket.channel, request_key=uuid.uuid4())
    (made,) = reservations.claim(
        resident=resident, wishes=[Wish(1, bucket.pk)], asking=asking, by=None, at=NOW
    )
    return made


def told(bucket):
    rows = PlaceEntry.objects.filter(bucket=bucket).order_by("pk")
    return list(rows.values_list("what", "taken", "capacity"))


class TestEveryChange:
    def test_of_a_reservation_is_entered_with_its_id(self, town):
        _, web, phone = town
        made = claim(cast.resident(), web)
        other = cast.slot(web=1)[1]
        moved = reservations.move(
            reservation=made, bucket_id=other.pk, channel="web", by=None, at=NOW
        )
        reservations.cancel(reservation=moved, channel="web", by=None, at=NOW)

        assert told(web) == [("opened", 0, 4), ("claimed", 1, 0), ("moved_out", -1, 0)]
        assert told(other) == [("opened", 0, 1), ("moved_in", 1, 0), ("cancelled", -1, 0)]
        assert set(
            PlaceEntry.objects.exclude(taken=0).values_list("reservation_id", flat=True)
        ) == {made.pk}
        assert told(phone) == [("opened", 0, 2)]
        assert ledger.differences() == []

    def test_of_a_pair_is_entered_for_both(self, served):
        cast.everybody_may_book()
        kind, place = cast.vaccine(), cast.venue()
        one = cast.slot(vaccine_=kind, venue_=place)[1]
        two = cast.slot(vaccine_=kind, venue_=place, day=one.slot.opening.day + timedelta(21))[1]
        asking = Asking(channel="web", request_key=uuid.uuid4())
        reservations.claim(
            resident=cast.resident(), wishes=[Wish(1, one.pk), Wish(2, two.pk)], asking=asking,
            by=None, at=NOW,
        )  # fmt: skip

        assert [told(each)[-1] for each in (one, two)] == [("claimed", 1, 0)] * 2
        assert ledger.differences() == []

    def test_of_capacity_names_who_and_why(self, town):
        slot, _web, phone = town
        by = cast.staff("ward_officer")
        slots.shift(
            slot=slot, source=Channel.PHONE, target=Channel.WEB, places=1, reason="電話の空き",
            by=by, at=NOW,
        )  # fmt: skip

        entry = PlaceEntry.objects.get(bucket=phone, what="resized")
        assert (entry.capacity, entry.capacity_after) == (-1, 1)
        assert (entry.reason, entry.done_by) == ("電話の空き", by)
        assert ledger.differences() == []

    def test_refused_is_not_entered(self, town):
        _, web, _ = town
        Bucket.objects.filter(pk=web.pk).update(is_open=False)

        with pytest.raises(reservations.SlotFull):
            claim(cast.resident(), web)

        assert told(web) == [("opened", 0, 4)]


class TestDifferences:
    @pytest.mark.parametrize(
        "change", [{"taken": 2}, {"capacity": 900}, {"allowance": 1}, {"held": 1}]
    )
    def test_find_whoever_writes_past_the_ledger(self, town, change):
        """Nine hundred places nobody signed for (Kishiwada)."""
        _, web, _ = town
        Bucket.objects.filter(pk=web.pk).update(**change)

        (found,) = ledger.differences()

        assert found.bucket_id == web.pk
        (name, value), entered = *change.items(), found.entered
        assert getattr(found.counted, name) == value != getattr(entered, name)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "cancel", "move", "resize", "shift", "close", "reopen"]),
        st.integers(0, 5),
        st.integers(0, 6),
    ),
    max_size=12,
)


class TestAnyOrderOfActs:
    @settings(
        max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(acts=ACTS)
    def test_keeps_counters_entries_and_reservations_equal(self, served, acts):
        with municipality_atomic() as _:
            self.play(acts)
            from django.db import transaction

            transaction.set_rollback(True, using=served.database)

    def play(self, acts):
        cast.everybody_may_book()
        rows = [cast.slot(web=2, phone=1) for _ in range(2)]
        buckets = [bucket for _, *pair in rows for bucket in pair]
        signed = {"reason": "試験", "by": cast.staff("ward_officer"), "at": NOW}
        live = []
        model = {one.pk: [0, one.capacity] for one in buckets}
        for what, first, second in acts:
            bucket = buckets[first % 4]
            try:
                self.act(what, bucket, buckets[second % 4], second, live, signed)
            except (reservations.Refused, refusals.Refused):
                continue
        for one in live:
            model[one.bucket_id][0] += 1
        for bucket in Bucket.objects.filter(pk__in=model):
            assert bucket.taken == model[bucket.pk][0] <= bucket.capacity
        assert ledger.differences() == []

    def act(self, what, bucket, other, number, live, signed):
        if what == "claim":
            live.append(claim(cast.resident(), bucket))
        elif what == "cancel" and live:
            reservations.cancel(
                reservation=live[number % len(live)], channel="web", by=None, at=NOW
            )
            del live[number % len(live)]
        elif what == "move" and live:
            place = number % len(live)
            live[place] = reservations.move(
                reservation=live[place], bucket_id=other.pk, channel="web", by=None, at=NOW
            )
        elif what == "resize":
            slots.resize(wanted={bucket.pk: number}, **signed)
        elif what == "shift":
            slots.shift(
                slot=bucket.slot, source=bucket.channel, target=other.channel, places=number,
                **signed,
            )  # fmt: skip
        elif what in {"close", "reopen"}:
            getattr(slots, what)(slot=bucket.slot, **signed)


def test_the_database_counts_held_places_too(town):
    from django.db import IntegrityError

    _, web, _ = town
    with pytest.raises(IntegrityError) as clash, municipality_atomic():
        Bucket.objects.filter(pk=web.pk).update(taken=3, held=2)
    assert violates(clash.value, "bucket_never_oversold")
    Bucket.objects.filter(pk=web.pk).update(taken=3, held=2, allowance=1)
