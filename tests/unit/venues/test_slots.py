"""More and fewer places, between channels, and a single slot closed."""

import pytest
from django.db import IntegrityError, transaction

from tests.unit.venues.conftest import DAY
from venues import openings, refusals, slots
from venues.models import Bucket, Channel, PlaceEntry

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def slot(opening):
    return opening.slots.first()


@pytest.fixture
def web(slot):
    return slot.buckets.get(channel="web")


@pytest.fixture
def phone(slot):
    return slot.buckets.get(channel="phone")


def counts(*rows):
    for row in rows:
        row.refresh_from_db()
    return [row.capacity for row in rows]


def resized():
    return PlaceEntry.objects.filter(what="resized").order_by("pk")


class TestResize:
    def test_goes_up_and_down_and_keeps_the_fact(self, web, officer, signed):
        assert slots.resize(wanted={web.pk: 9}, **signed) == 1
        assert slots.resize(wanted={web.pk: 3}, **signed) == 1
        assert slots.resize(wanted={web.pk: 3}, **signed) == 0

        assert counts(web) == [3]
        kept = resized().values_list("capacity", "capacity_after")
        assert list(kept) == [(3, 9), (-6, 3)]
        assert resized().first().done_by == officer

    def test_never_below_what_is_taken_and_says_how_many(self, web, phone, signed):
        Bucket.objects.filter(pk=web.pk).update(taken=4)

        with pytest.raises(refusals.BelowTaken) as refusal:
            slots.resize(wanted={web.pk: 3, phone.pk: 9}, **signed)

        assert "09:00のインターネットは予約が4人" in str(refusal.value.words)
        assert counts(web, phone) == [6, 4]
        assert not resized().exists()
        slots.resize(wanted={web.pk: 4}, **signed)

    def test_refuses_where_the_page_is_stale(self, web, signed):
        slots.resize(wanted={web.pk: 7}, **signed)

        with pytest.raises(refusals.ChangedMeanwhile):
            slots.resize(wanted={web.pk: 9}, shown={web.pk: 6}, **signed)

        assert counts(web) == [7]

    @pytest.mark.parametrize("capacity", [-1, 1000, 2**31])
    def test_refuses_what_is_no_number_of_places(self, web, signed, capacity):
        with pytest.raises(refusals.NotAPlaceCount):
            slots.resize(wanted={web.pk: capacity}, **signed)

    def test_the_database_refuses_where_the_verb_is_passed_by(self, web):
        with pytest.raises(IntegrityError), transaction.atomic():
            Bucket.objects.filter(pk=web.pk).update(taken=7)


class TestShift:
    def test_moves_free_places_and_keeps_the_sum(self, slot, web, phone, signed):
        slots.shift(slot=slot, source=Channel.PHONE, target=Channel.WEB, places=3, **signed)

        assert counts(web, phone) == [9, 1]
        assert resized().count() == 2

    @pytest.mark.parametrize("places", [0, -1, 3, 999])
    def test_refuses_more_than_is_free(self, slot, web, phone, signed, places):
        Bucket.objects.filter(pk=phone.pk).update(taken=2)

        with pytest.raises(refusals.NotEnoughFree):
            slots.shift(slot=slot, source=Channel.PHONE, target=Channel.WEB, places=places, **signed)  # fmt: skip

        assert counts(web, phone) == [6, 4]

    def test_moves_all_that_is_free_on_a_day(self, opening, phone, signed):
        Bucket.objects.filter(pk=phone.pk).update(taken=1)

        moved = slots.shift_free(opening=opening, source=Channel.PHONE, target=Channel.WEB, **signed)  # fmt: skip

        assert moved == 15
        rows = Bucket.objects.filter(slot__opening=opening).order_by("slot__starts_at", "-channel")
        assert [one.capacity for one in rows] == [9, 1, 10, 0, 10, 0, 10, 0]
        assert slots.shift_free(opening=opening, source=Channel.PHONE, target=Channel.WEB, **signed) == 0  # fmt: skip


class TestCloseSlot:
    def test_closes_both_channels_and_twice_is_once(self, slot, web, phone, signed):
        slots.close(slot=slot, **signed)
        slots.close(slot=slot, **signed)

        web.refresh_from_db()
        phone.refresh_from_db()
        assert not web.is_open
        assert not phone.is_open
        kept = PlaceEntry.objects.exclude(what="opened")
        assert list(kept.values_list("what", "capacity")) == [("closed", 0)] * 2

    def test_does_not_reopen_a_closed_day(self, opening, slot, web, signed):
        slots.close(slot=slot, **signed)
        openings.close_day(opening=opening, **signed)

        slots.reopen(slot=slot, **signed)

        web.refresh_from_db()
        assert not web.is_open


def test_changes_cannot_be_rewritten(web, signed):
    from django.db import ProgrammingError

    slots.resize(wanted={web.pk: 9}, **signed)

    with pytest.raises(ProgrammingError), transaction.atomic():
        PlaceEntry.objects.update(reason="別の理由")


def test_every_verb_asks_for_a_reason(opening, slot, web, officer):
    from tests.cast import NOW

    nothing = {"reason": " ", "by": officer, "at": NOW}
    for verb, asked in (
        (slots.resize, {"wanted": {web.pk: 1}}),
        (slots.fit, {"wanted": {web.pk: 1}}),
        (slots.close, {"slot": slot}),
        (slots.reopen, {"slot": slot}),
        (slots.shift, {"slot": slot, "source": "web", "target": "phone", "places": 1}),
        (slots.shift_free, {"opening": opening, "source": "web", "target": "phone"}),
        (openings.close_day, {"opening": opening}),
        (openings.reopen_day, {"opening": opening}),
    ):
        with pytest.raises(refusals.ReasonMissing):
            verb(**asked, **nothing)
    assert opening.day == DAY
