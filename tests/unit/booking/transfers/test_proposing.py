"""A place is held for each before anybody sees it: near, permitted, never twice."""

from datetime import date, time, timedelta

import pytest

from booking import reservations, transfers
from booking.models import Resident, Transfer, VaccineCourse
from tests import cast
from tests.cast import NOW
from tests.unit.booking.transfers.conftest import CLOSED, begin, line_of, lines
from venues import ledger
from venues.models import Bucket, Hold

pytestmark = pytest.mark.usefixtures("served")


def held():
    return {one.pk: one.held for one in Bucket.objects.all() if one.held}


def proposals():
    return [one.bucket_id for one in lines() if one.state == "proposed"]


class TestPropose:
    def test_holds_near_places_of_the_same_venue_first(self, town, proposed):
        same, door = town.next_day[1].pk, town.next_door[1].pk

        assert proposed.state == "proposed"
        assert sorted(proposals()) == sorted([same, same, same, door])
        assert held() == {same: 3, door: 1}
        assert ledger.differences() == []

    def test_or_of_the_same_day_first(self, town, officer):
        transfers.work(transfer_id=begin(town, officer, prefer="day").pk, at=NOW)

        assert held() == {town.next_door[1].pk: 3, town.next_day[1].pk: 1}

    def test_or_of_the_same_venue_only(self, town, officer):
        transfers.work(transfer_id=begin(town, officer, prefer="only_venue").pk, at=NOW)

        assert held() == {town.next_day[1].pk: 3}
        (left,) = lines(state="no_place")
        assert left.why == "full"

    def test_takes_the_reserve_before_the_other_channels(self, town, officer):
        reserve = Bucket.objects.create(
            slot=town.next_day[0], channel="reserve", capacity=1,
            bookable_from=town.next_day[1].bookable_from,
            bookable_until=town.next_day[1].bookable_until,
        )  # fmt: skip

        transfers.work(transfer_id=begin(town, officer).pk, at=NOW)

        assert held()[reserve.pk] == 1

    def test_leaves_walk_in_places_alone(self, town, officer):
        Bucket.objects.filter(pk=town.next_day[1].pk).update(channel="walk_in")

        transfers.work(transfer_id=begin(town, officer, prefer="only_venue").pk, at=NOW)

        assert held() == {}

    def test_says_where_no_place_is_left(self, town, officer):
        transfers.work(transfer_id=begin(town, officer, days_around=0).pk, at=NOW)

        assert sorted(one.state for one in lines()) == ["no_place", *["proposed"] * 3]

    def test_gives_the_notice_that_was_asked_for(self, town, officer):
        transfers.work(transfer_id=begin(town, officer, notice_hours=168 * 2 + 6).pk, at=NOW)

        assert town.next_door[1].pk not in proposals()

    def test_keeps_the_places_for_a_day(self, town, proposed):
        assert {one.until for one in Hold.objects.filter(bucket__isnull=False)} == {
            proposed.kept_until
        }

    def test_run_again_it_goes_on_and_holds_nothing_twice(self, town, begun):
        transfers.work(transfer_id=begun.pk, at=NOW)

        assert transfers.work(transfer_id=begun.pk, at=NOW) == 0
        assert sum(held().values()) == 4


class TestRules:
    def test_the_interval_to_the_other_dose_is_kept(self, town, officer):
        """Dose two is booked for the earliest day: dose one may go earlier, never later."""
        person = town.booked[0].resident
        apart = VaccineCourse.objects.get().earliest_days
        second = cast.slot(day=CLOSED + timedelta(days=apart), venue_=town.here)[1]
        cast.reservation(person, dose_number=2, bucket=second)
        before = cast.slot(day=date(2026, 6, 12), web=1, phone=0, venue_=town.here)[1]

        transfers.work(transfer_id=begin(town, officer).pk, at=NOW)

        assert line_of(town.booked[0]).bucket_id in {before.pk, town.next_door[1].pk}

    def test_the_age_on_the_new_day_is_asked(self, town, officer):
        VaccineCourse.objects.update(minimum_age=16)
        young = cast.resident(born_on=date(2010, 6, 13))
        booked = cast.reservation(young, bucket=town.web)
        before = cast.slot(day=date(2026, 6, 11), web=9, phone=0, venue_=town.here)[1]

        transfers.work(transfer_id=begin(town, officer).pk, at=NOW)

        assert line_of(booked).bucket_id != before.pk

    def test_another_vaccine_is_proposed_to_nobody(self, town, officer):
        other = cast.slot(
            day=date(2026, 6, 16), venue_=town.here, vaccine_=cast.vaccine("別製薬"), web=9
        )[1]

        transfers.work(transfer_id=begin(town, officer).pk, at=NOW)

        assert other.pk not in proposals()

    def test_a_stopped_channel_does_not_stop_the_ward(self, town, officer):
        from booking import rulebook
        from booking.models import BookingRules

        rulebook.booking_rules()
        BookingRules.objects.update(web_stopped=True, phone_stopped=True)
        rulebook.forget_kept()

        transfers.work(transfer_id=begin(town, officer).pk, at=NOW)

        assert len(proposals()) == 4

    def test_who_is_flagged_is_left_to_a_decision(self, town, officer):
        Resident.objects.filter(pk=town.booked[0].resident_id).update(status_flag="2")

        transfers.work(transfer_id=begin(town, officer).pk, at=NOW)

        assert line_of(town.booked[0]).state == "flagged"


class TestChange:
    def test_another_place_is_held_and_the_former_one_free(self, town, proposed, officer):
        line = next(one for one in lines() if one.bucket_id == town.next_day[1].pk)
        other = cast.slot(day=date(2026, 6, 17), web=1, phone=0, venue_=town.here)[1]
        assert other.pk in {place.bucket_id for place, _ in transfers.choices(line=line, at=NOW)}

        transfers.aim(line_id=line.pk, bucket_id=other.pk, by=officer, at=NOW)

        assert held()[other.pk] == 1
        assert held()[town.next_day[1].pk] == 2
        assert ledger.differences() == []

    def test_a_full_place_is_refused_and_the_former_kept(self, town, proposed, officer):
        line = lines()[0]
        full = cast.slot(day=date(2026, 6, 17), web=0, phone=0, venue_=town.here)[1]

        with pytest.raises(transfers.PlaceGone):
            transfers.aim(line_id=line.pk, bucket_id=full.pk, by=officer, at=NOW)

        assert sum(held().values()) == 4

    @pytest.mark.parametrize("bucket_id", [0, -1, 987654321])
    def test_nonsense_is_refused(self, town, proposed, officer, bucket_id):
        with pytest.raises(transfers.PlaceGone):
            transfers.aim(line_id=lines()[0].pk, bucket_id=bucket_id, by=officer, at=NOW)

    def test_whoever_is_left_out_gives_the_place_back(self, town, proposed, officer):
        transfers.leave_out(line_id=lines()[0].pk, by=officer, at=NOW)

        assert sum(held().values()) == 3
        assert lines()[0].state == "left_out"

    def test_after_sending_nothing_changes(self, town, proposed, officer):
        transfers.send(transfer=proposed, shown=proposed.version, by=officer, at=NOW)

        with pytest.raises(transfers.WrongState):
            transfers.leave_out(line_id=lines()[0].pk, by=officer, at=NOW)

    def test_once_more_looks_for_who_has_none_and_keeps_the_rest_longer(self, town, officer):
        made = begin(town, officer, prefer="only_venue")
        transfers.work(transfer_id=made.pk, at=NOW)
        cast.slot(day=date(2026, 6, 17), at=time(9, 0), web=5, phone=0, venue_=town.here)
        later = NOW + timedelta(hours=5)
        made.refresh_from_db()

        assert transfers.look_again(transfer=made, shown=made.version, by=officer, at=later) == 1
        transfers.work(transfer_id=made.pk, at=later)

        assert lines(state="no_place") == []
        untils = {one.until for one in Hold.objects.filter(bucket__isnull=False)}
        assert untils == {later + timedelta(hours=24)}

    def test_once_more_holds_again_what_ran_out(self, town, proposed, officer):
        from booking import holds

        later = proposed.kept_until + timedelta(hours=1)
        assert holds.sweep(at=later) == 4

        transfers.look_again(transfer=proposed, shown=proposed.version, by=officer, at=later)
        transfers.work(transfer_id=proposed.pk, at=later)

        assert sum(held().values()) == 4
        assert Transfer.objects.get().state == "proposed"


def test_a_place_somebody_booked_meanwhile_is_proposed_to_nobody(town, officer, monkeypatch):
    """They book between the look and the hold; the twin below shows what the hold is for."""
    _book_after_the_look(monkeypatch, town)

    transfers.work(transfer_id=begin(town, officer, prefer="only_venue").pk, at=NOW)

    bucket = Bucket.objects.get(pk=town.next_day[1].pk)
    assert bucket.taken + bucket.held == bucket.capacity
    assert len(proposals()) == bucket.held == 2


def test_the_danger_is_real_where_nothing_is_held(town, officer, monkeypatch):
    """If this ever fails, the test above proves nothing."""
    from booking.transfers import _proposing

    _book_after_the_look(monkeypatch, town)
    monkeypatch.setattr(_proposing, "hold", lambda *_args, **_kwargs: True)

    transfers.work(transfer_id=begin(town, officer, prefer="only_venue").pk, at=NOW)

    bucket = Bucket.objects.get(pk=town.next_day[1].pk)
    assert bucket.taken + len(proposals()) > bucket.capacity


def _book_after_the_look(monkeypatch, town):
    from booking.transfers import _finding

    look = _finding.slots.with_room

    def looked(**asked):
        found = look(**asked)
        if not hasattr(town, "rival"):
            town.rival = cast.reservation(cast.resident(), bucket=town.next_day[1])
        return found

    monkeypatch.setattr(_finding.slots, "with_room", looked)
    assert reservations
