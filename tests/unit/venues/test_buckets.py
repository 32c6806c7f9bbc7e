"""Four channels: made by shares, shown on the day, moved by hand; none blocks another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import reservations, rulebook
from booking.models import BookingRules
from callcentre.shares import shares
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from tests.unit.venues.conftest import DAY
from venues import availability, ledger, openings, refusals, slots
from venues.models import Bucket, Channel
from venues.timetable import Hours, lines, totals

FOUR = {"phone_share": 30, "walk_in_share": 20, "reserve_share": 10}
percent = st.integers(0, 100)


class TestTimetable:
    @given(phone=percent, walk_in=percent, reserve=percent, places=st.integers(1, 30))
    def test_every_share_is_exact_over_the_day_and_no_place_is_lost(
        self, phone, walk_in, reserve, places
    ):
        if phone + walk_in + reserve > 100:
            return
        hours = Hours(
            **cast_hours(), places_per_lane=places, phone_share=phone, walk_in_share=walk_in,
            reserve_share=reserve,
        )  # fmt: skip
        found = lines(hours)
        added = totals(found)

        for line in found:
            counts = [line.of(one) for one in Channel]
            assert min(counts) >= 0
            assert sum(counts) == places
        for channel, share in (("phone", phone), ("walk_in", walk_in), ("reserve", reserve)):
            owed = added.places * share / 100
            assert abs(sum(line.of(channel) for line in found) - owed) <= 2

    @pytest.mark.parametrize("phone", [91, 100])
    def test_refuses_more_than_everything(self, phone):
        with pytest.raises(refusals.TimetableRefused):
            lines(Hours(**cast_hours(), phone_share=phone, walk_in_share=5, reserve_share=5))


def cast_hours():
    from datetime import time

    return {"starts_at": time(9), "ends_at": time(12)}


@pytest.fixture
def day(plan, signed):
    return openings.open_day(plan=plan(hours=FOUR), day=DAY, **signed)


def counts(opening, channel):
    rows = Bucket.objects.filter(slot__opening=opening, channel=channel)
    return list(rows.order_by("slot__starts_at").values_list("capacity", flat=True))


@pytest.mark.usefixtures("served")
class TestDay:
    def test_is_made_with_four_channels(self, day):
        assert {one: counts(day, one) for one in Channel} == {
            "web": [4] * 4, "phone": [3] * 4, "walk_in": [2] * 4, "reserve": [1] * 4,
        }  # fmt: skip
        assert ledger.differences() == []

    def test_without_shares_has_two(self, plan, signed):
        made = openings.open_day(plan=plan(), day=DAY, **signed)

        assert counts(made, "walk_in") == counts(made, "reserve") == []

    def test_is_given_a_reserve_later(self, plan, signed):
        made = openings.open_day(plan=plan(), day=DAY, **signed)
        openings.change(
            opening=made, lanes=2, places_per_lane=5, phone_share=40, reserve_share=10,
            bookable_from=made.bookable_from, bookable_until=made.bookable_until, **signed,
        )  # fmt: skip

        assert counts(made, "reserve") == [1] * 4
        assert counts(made, "web") == [5] * 4
        assert ledger.differences() == []

    def test_places_move_to_a_channel_that_had_none(self, plan, signed):
        made = openings.open_day(plan=plan(), day=DAY, **signed)
        slots.shift(
            slot=made.slots.first(), source=Channel.PHONE, target=Channel.WALK_IN, places=2,
            **signed,
        )  # fmt: skip
        slots.shift_free(opening=made, source=Channel.PHONE, target=Channel.RESERVE, **signed)

        assert counts(made, "walk_in") == [2, 0, 0, 0]
        assert counts(made, "reserve") == [2, 4, 4, 4]
        assert ledger.differences() == []

    def test_a_channel_sold_out_does_not_block_another(self, day, signed):
        cast.everybody_may_book()
        phone = Bucket.objects.filter(slot__opening=day, channel="phone").first()
        slots.resize(wanted={phone.pk: 0}, **signed)

        with pytest.raises(reservations.SlotFull):
            cast.reservation(cast.resident(), bucket=phone, channel="phone")
        cast.reservation(cast.resident(), bucket=phone.slot.buckets.get(channel="web"))

    def test_residents_see_the_web_s_places_only(self, day):
        picture = availability.free_places(at=NOW)

        assert {one.channel for one in picture.places} == {"web"}
        assert {one.channel for one in availability.staff_places(at=NOW).places} == set(Channel)

    def test_pages_show_every_channel(self, day, officer):
        client = desk(officer)
        for path in (f"/venues/openings/{day.pk}/", f"/venues/days/{DAY.isoformat()}/"):
            said = client.get(path).content.decode()
            assert "予備 残り" in said
            assert "窓口 残り" in said


@pytest.mark.usefixtures("served")
class TestTheTelephone:
    def test_takes_what_the_ward_lends_it(self):
        assert shares() == ("phone", "web")
        BookingRules.objects.update_or_create(
            pk=1, defaults={"phone_takes_web": False, "phone_takes_reserve": True}
        )
        rulebook.forget_kept()

        assert shares() == ("phone", "reserve")
