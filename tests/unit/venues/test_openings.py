"""Opening days: opened with all their slots, changed, closed and reopened, each with a reason."""

from datetime import date, datetime, time, timedelta

import pytest

from tenancy import history
from tests import cast
from tests.cast import JST, NOW
from tests.unit.venues.conftest import DAY
from venues import checks, directory, openings, refusals, slots
from venues.models import Bucket, Opening, PlaceEntry, Slot

pytestmark = pytest.mark.usefixtures("served")


def buckets(opening, **kwargs):
    return Bucket.objects.filter(slot__opening=opening, **kwargs).order_by(
        "slot__starts_at", "channel"
    )


def capacities(opening, channel):
    return [one.capacity for one in buckets(opening, channel=channel)]


class TestOpenDays:
    def test_makes_the_slots_and_both_channels_of_the_timetable(self, opening):
        assert [f"{one.starts_at.astimezone(JST):%H:%M}" for one in opening.slots.all()] == ["09:00", "09:15", "09:30", "09:45"]  # fmt: skip
        assert capacities(opening, "web") == [6, 6, 6, 6]
        assert capacities(opening, "phone") == [4, 4, 4, 4]
        bucket = buckets(opening).first()
        assert bucket.is_open
        assert bucket.bookable_until == datetime(2026, 6, 14, 17, tzinfo=JST)

    def test_opens_several_days_or_none(self, plan, signed):
        made = plan()
        openings.open_day(plan=made, day=DAY + timedelta(2), **signed)

        with pytest.raises(refusals.Overlaps) as refusal:
            openings.open_days(plan=made, days=[DAY + timedelta(n) for n in range(4)], **signed)

        assert "6/17" in str(refusal.value.words)
        assert Opening.objects.count() == 1

    def test_opens_nothing_for_booking_in_a_venue_closed_meanwhile(self, plan, signed):
        made = plan()
        closing = type(made.venue).objects.get(pk=made.venue.pk)
        closing.is_open = False
        directory.keep_venue(venue=closing, **signed)

        opening = openings.open_day(plan=made, day=DAY, **signed)

        assert not buckets(opening, is_open=True).exists()

    def test_writes_down_who_and_why(self, opening, officer):
        (change,) = history.changes_of(opening)

        assert (change.done_by, change.reason, change.is_first) == (
            "見本 区職員",
            "医師の追加",
            True,
        )
        assert change.happened_at == NOW

    @pytest.mark.parametrize(
        ("hours", "refused"),
        [
            ({"starts_at": time(9, 59), "ends_at": time(11)}, True),
            ({"starts_at": time(8), "ends_at": time(9, 15)}, True),
            ({"starts_at": time(9), "ends_at": time(10)}, True),
            ({"starts_at": time(8), "ends_at": time(12)}, True),
            ({"starts_at": time(10), "ends_at": time(11)}, False),
            ({"starts_at": time(8), "ends_at": time(9)}, False),
        ],
    )
    def test_hours_may_touch_but_not_overlap(self, plan, opening, signed, hours, refused):
        other = plan(venue=opening.venue, vaccine=opening.vaccine, hours=hours)

        if refused:
            with pytest.raises(refusals.Overlaps):
                openings.open_day(plan=other, day=DAY, **signed)
        else:
            openings.open_day(plan=other, day=DAY, **signed)

    def test_another_venue_or_vaccine_may_open_at_the_same_hours(self, plan, opening, signed):
        openings.open_day(plan=plan(vaccine=opening.vaccine), day=DAY, **signed)
        openings.open_day(
            plan=plan(venue=opening.venue, vaccine=cast.vaccine("別の製薬")), day=DAY, **signed
        )

        assert Opening.objects.count() == 3

    @pytest.mark.parametrize(
        ("change", "days", "refusal"),
        [
            ({}, [], refusals.NoDay),
            ({}, [date(2026, 5, 31)], refusals.DayPassed),
            ({}, [DAY + timedelta(n) for n in range(63)], refusals.NoDay),
            ({"hours": {"ends_at": time(9)}}, [DAY], refusals.TimetableRefused),
            ({"hours": {"lanes": 0}}, [DAY], refusals.TimetableRefused),
            ({"bookable_from": datetime(2026, 6, 14, 17, tzinfo=JST)}, [DAY], refusals.WindowRefused),
            ({"days_before": 0, "closes_at": time(10, 1)}, [DAY], refusals.WindowRefused),
            ({"days_before": 30}, [DAY], refusals.WindowRefused),
        ],
    )  # fmt: skip
    def test_refuses_what_cannot_be_and_leaves_nothing(self, plan, signed, change, days, refusal):
        with pytest.raises(refusal):
            openings.open_days(plan=plan(**change), days=days, **signed)

        assert not Opening.objects.exists()
        assert not Slot.objects.exists()

    @pytest.mark.parametrize("reason", ["", "  ", "長" * 101])
    def test_refuses_without_a_reason(self, plan, signed, reason):
        with pytest.raises(refusals.Refused):
            openings.open_day(plan=plan(), day=DAY, **{**signed, "reason": reason})


class TestChange:
    def change(self, opening, signed, **changes):
        asked = {
            "lanes": 2, "places_per_lane": 5, "phone_share": 40,
            "bookable_from": opening.bookable_from, "bookable_until": opening.bookable_until,
            **changes,
        }  # fmt: skip
        return openings.change(opening=opening, **asked, **signed)

    def test_more_lanes_are_more_places_in_every_slot(self, opening, signed):
        self.change(opening, signed, lanes=3)

        assert capacities(opening, "web") == [9, 9, 9, 9]
        assert capacities(opening, "phone") == [6, 6, 6, 6]
        assert PlaceEntry.objects.filter(what="resized").count() == 8

    def test_fewer_lanes_never_go_below_what_is_taken_and_say_where(self, opening, signed):
        full = buckets(opening, channel="web")[1]
        Bucket.objects.filter(pk=full.pk).update(taken=5)

        above = self.change(opening, signed, lanes=1)

        assert above == [full]
        assert capacities(opening, "web") == [3, 5, 3, 3]

    def test_a_new_window_reaches_every_bucket_and_no_capacity(self, opening, signed):
        until = datetime(2026, 6, 15, 9, tzinfo=JST)
        Bucket.objects.filter(pk=buckets(opening)[0].pk).update(capacity=7)

        self.change(opening, signed, bookable_until=until)

        assert set(buckets(opening).values_list("bookable_until", flat=True)) == {until}
        assert buckets(opening)[0].capacity == 7
        assert not PlaceEntry.objects.filter(what="resized").exists()
        (change, _) = history.changes_of(opening)
        assert [one.label for one in change.differences] == ["予約締切"]

    def test_refuses_a_window_that_ends_before_it_begins(self, opening, signed):
        with pytest.raises(refusals.WindowRefused):
            self.change(opening, signed, bookable_until=opening.bookable_from)


class TestCloseDay:
    def test_stops_every_slot_at_once_and_twice_is_once(self, opening, signed):
        assert openings.close_day(opening=opening, **signed)
        assert not openings.close_day(opening=opening, **signed)

        assert not buckets(opening, is_open=True).exists()
        assert [one.is_first for one in history.changes_of(opening)] == [False, True]

    def test_reopening_leaves_singly_closed_slots_closed(self, opening, signed):
        slot = opening.slots.first()
        slots.close(slot=slot, **signed)
        openings.close_day(opening=opening, **signed)

        openings.reopen_day(opening=opening, **signed)

        assert {one.slot_id for one in buckets(opening, is_open=False)} == {slot.pk}

    def test_refuses_to_reopen_yesterday(self, opening, signed):
        openings.close_day(opening=opening, **signed)

        with pytest.raises(refusals.DayPassed):
            openings.reopen_day(opening=opening, **{**signed, "at": NOW + timedelta(days=15)})


class TestCopies:
    """Whatever is closed or opened in whatever order, the copies equal the truth."""

    def test_follow_venue_opening_and_slot(self, opening, signed):
        slot, venue = opening.slots.first(), opening.venue
        steps = [
            lambda: slots.close(slot=slot, **signed),
            lambda: self.set_venue(venue, signed, is_open=False),
            lambda: slots.reopen(slot=slot, **signed),
            lambda: openings.close_day(opening=opening, **signed),
            lambda: self.set_venue(venue, signed, is_open=True),
            lambda: openings.reopen_day(opening=opening, **signed),
        ]
        for step in steps:
            step()

            assert checks.unequal_copies() == []
        assert not buckets(opening, is_open=False).exists()

    def set_venue(self, venue, signed, *, is_open):
        venue.is_open = is_open
        directory.keep_venue(venue=venue, **signed)

    def test_a_day_opened_at_a_closed_venue_takes_nobody(self, plan, signed):
        opening = openings.open_day(plan=plan(venue=cast.venue(is_open=False)), day=DAY, **signed)

        assert not buckets(opening, is_open=True).exists()
        assert checks.unequal_copies() == []

    def test_the_check_finds_a_copy_that_lies(self, opening):
        liar = buckets(opening)[2]
        Bucket.objects.filter(pk=liar.pk).update(is_open=False)

        assert [one.bucket_id for one in checks.unequal_copies()] == [liar.pk]
