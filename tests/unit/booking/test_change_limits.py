"""How often and until when somebody may change, and what becomes of the later doses."""

import uuid
from datetime import date, time, timedelta

import pytest

from booking import change_limits, holds, reservations, rulebook
from booking.change_limits import Later, Limit, Terms
from booking.models import ChangeRules, Reservation, ReservationEvent
from booking.reservations import Asking, Wish
from tests import cast
from tests.cast import NOW
from venues.models import Bucket, Programme

DAY, LATE = date(2026, 6, 15), date(2026, 7, 6)
CALL = uuid.uuid4()


class TestTheRules:
    def test_limits_come_in_order_of_firmness(self):
        terms = Terms(24, 3, most_moves=1)

        def limit(moves, **before):
            return change_limits.move_limit(
                terms, starts_at=NOW, moves=moves, at=NOW - timedelta(**before)
            )

        assert limit(0, hours=25) is None
        assert limit(0, hours=24) == Limit.LATE
        assert limit(1, days=9) == Limit.MOVES
        assert limit(0) == Limit.BEGUN

    @pytest.mark.parametrize(
        ("setting", "day", "allowed"),
        [
            ("any", DAY, {Later.KEEP, Later.MOVE, Later.CANCEL}),
            ("fits", DAY + timedelta(19), {Later.KEEP, Later.MOVE, Later.CANCEL}),
            ("fits", DAY + timedelta(18), {Later.MOVE, Later.CANCEL}),
            ("never", DAY + timedelta(99), {Later.CANCEL}),
        ],
    )
    def test_the_later_dose_stays_where_the_interval_still_fits(self, setting, day, allowed):
        found = change_limits.later_choices(
            setting, cancelled=1, later=[(2, day)], apart=19, since=DAY
        )

        assert set(found.allowed) == allowed
        assert bool(found.why_not_kept) == (Later.KEEP not in allowed)

    def test_nothing_is_asked_where_there_is_no_later_dose(self):
        found = change_limits.later_choices("never", cancelled=2, later=[], apart=19, since=DAY)

        assert found.allowed == ()

    def test_one_of_several_later_doses_cannot_be_moved_alone(self):
        later = [(2, LATE), (3, LATE + timedelta(30))]
        found = change_limits.later_choices("any", cancelled=1, later=later, apart=19, since=DAY)

        assert set(found.allowed) == {Later.KEEP, Later.CANCEL}


@pytest.fixture
def pair(served):
    """Two doses, three weeks apart, and somebody who has both."""
    cast.everybody_may_book()
    hall = cast.venue()
    first, second = cast.slot(day=DAY, venue_=hall)[1], cast.slot(day=LATE, venue_=hall)[1]
    made = reservations.claim(
        resident=cast.resident(), wishes=[Wish(1, first.pk), Wish(2, second.pk)],
        asking=Asking(channel="web", request_key=uuid.uuid4()), by=None, at=NOW,
    )  # fmt: skip
    return [Reservation.objects.get(pk=one.pk) for one in made]


@pytest.fixture
def other(pair):
    """Another place for the second dose."""
    venue = pair[0].slot.opening.venue
    return cast.slot(day=LATE, at=time(11), venue_=venue, web=1)[1]


def rules(**values):
    row, _ = ChangeRules.objects.update_or_create(
        programme=Programme.objects.get(), defaults=values
    )
    rulebook.forget_kept()
    return row


def live():
    return [one.dose_number for one in Reservation.objects.filter(is_live=True).order_by("pk")]


def cancel(reservation, later=None, *, at=NOW, **named):
    return reservations.cancel_with_later(
        reservation=reservation, later=later,
        **({"channel": "web", "by": None, "at": at} | named),
    )  # fmt: skip


def move(reservation, bucket, *, at=NOW, by=None, **named):
    row = Reservation.objects.get(pk=reservation.pk)
    return reservations.move(
        reservation=row, bucket_id=bucket.pk, channel="phone" if by else "web", by=by, at=at,
        **named,
    )  # fmt: skip


class TestCancelling:
    def test_the_first_asks_what_becomes_of_the_second(self, pair):
        with pytest.raises(reservations.LaterUndecided):
            cancel(pair[0])

        assert sorted(live()) == [1, 2]

    def test_the_second_asks_nothing(self, pair):
        cancel(pair[1])

        assert live() == [1]

    def test_keeps_the_second(self, pair):
        cancel(pair[0], Later.KEEP)

        assert live() == [2]

    def test_cancels_both_in_one_commit(self, pair):
        done = cancel(pair[0], Later.CANCEL, reason="schedule")

        assert [one.dose_number for one in done] == [1, 2]
        assert live() == []
        assert Bucket.objects.filter(taken__gt=0).count() == 0
        told = ReservationEvent.objects.filter(what="cancelled").values_list("reason", flat=True)
        assert list(told) == ["schedule", "schedule"]

    def test_moves_the_second_in_the_same_commit_and_spends_its_hold(self, pair, other):
        holds.hold(resident_id=pair[0].resident_id, places={2: other.pk}, by=None, at=NOW)

        cancel(pair[0], Later.MOVE, move_to=other.pk)

        assert live() == [2]
        assert Reservation.objects.get(is_live=True).bucket_id == other.pk
        other.refresh_from_db()
        assert (other.taken, other.held) == (1, 0)

    def test_loses_neither_where_the_new_place_is_gone(self, pair, other):
        Bucket.objects.filter(pk=other.pk).update(is_open=False)

        with pytest.raises(reservations.SlotFull):
            cancel(pair[0], Later.MOVE, move_to=other.pk)

        assert sorted(live()) == [1, 2]

    @pytest.mark.parametrize("free_on", [date(2026, 6, 20), None])
    def test_says_where_the_second_cannot_stay(self, pair, free_on):
        """A new first dose could be had too late, or not at all."""
        Bucket.objects.filter(slot=pair[0].slot).update(is_open=False)
        Bucket.objects.filter(slot=pair[1].slot).update(is_open=False)
        if free_on:
            cast.slot(day=free_on, venue_=pair[0].slot.opening.venue)

        with pytest.raises(reservations.LaterUndecided) as refused:
            cancel(pair[0], Later.KEEP)
        assert ("19日以上" in str(refused.value.words)) == bool(free_on)
        assert "残すことはできません" in str(refused.value.words)
        assert sorted(live()) == [1, 2]
        cancel(pair[0], Later.CANCEL)
        assert live() == []

    def test_moves_the_second_no_nearer_than_the_first_can_be_had(self, pair):
        Bucket.objects.filter(slot=pair[0].slot).update(is_open=False)
        venue = pair[0].slot.opening.venue
        cast.slot(day=date(2026, 6, 20), venue_=venue)
        near, far = (cast.slot(day=date(2026, 7, day), venue_=venue)[1] for day in (8, 9))

        with pytest.raises(reservations.LaterUndecided):
            cancel(pair[0], Later.MOVE, move_to=near.pk)
        cancel(pair[0], Later.MOVE, move_to=far.pk)

        assert live() == [2]

    def test_never_leaves_the_second_alone_where_the_programme_forbids_it(self, pair, other):
        rules(later_dose="never")

        for later in (Later.KEEP, Later.MOVE):
            with pytest.raises(reservations.LaterUndecided):
                cancel(pair[0], later, move_to=other.pk)
        assert sorted(live()) == [1, 2]

    @pytest.mark.parametrize("move_to", [None, 0, 10**15])
    def test_takes_no_nonsense_for_the_new_place(self, pair, move_to):
        with pytest.raises(reservations.Refused):
            cancel(pair[0], Later.MOVE, move_to=move_to)

        assert sorted(live()) == [1, 2]

    def test_of_what_was_changed_meanwhile_changes_nothing(self, pair, other):
        move(pair[0], cast.slot(day=DAY, at=time(9), venue_=pair[0].slot.opening.venue)[1])

        with pytest.raises(reservations.ChangedMeanwhile):
            cancel(pair[0], Later.CANCEL)
        assert sorted(live()) == [1, 2]


class TestMovesInNumber:
    @pytest.fixture
    def times(self, pair):
        venue = pair[0].slot.opening.venue
        return [cast.slot(day=LATE, at=time(hour), venue_=venue)[1] for hour in (11, 12, 13)]

    def test_are_not_counted_unless_the_programme_says_so(self, pair, times):
        for one in times:
            move(pair[1], one)

    def test_end_where_the_programme_says_so_each_dose_for_itself(self, pair, times):
        rules(most_moves=2)
        move(pair[1], times[0])
        move(pair[1], times[1])

        with pytest.raises(reservations.TooManyMoves):
            move(pair[1], times[2])
        venue = pair[0].slot.opening.venue
        move(pair[0], cast.slot(day=DAY, at=time(9), venue_=venue)[1])

    def test_of_staff_do_not_count(self, pair, times):
        rules(most_moves=1)
        move(pair[1], times[0], by=cast.staff(), call_id=CALL)

        move(pair[1], times[1])

    def test_are_passed_by_an_operator_with_a_reason_that_is_kept(self, pair, times):
        rules(most_moves=0)
        operator = cast.staff()

        for reason in ("", "because"):
            with pytest.raises(reservations.ReasonNeeded):
                move(pair[1], times[0], by=operator, call_id=CALL, reason=reason)
        move(pair[1], times[0], by=operator, call_id=CALL, reason="illness")

        event = ReservationEvent.objects.get(what="moved")
        assert (event.reason, event.done_by, event.call_id) == ("illness", operator, CALL)

    def test_are_passed_by_nobody_where_the_programme_says_so(self, pair, times):
        rules(most_moves=0, staff_may_pass=False)

        with pytest.raises(reservations.NotToBePassed):
            move(pair[1], times[0], by=cast.staff(), call_id=CALL, reason="illness")


class TestCutOffs:
    def test_of_a_programme_come_before_those_for_all(self, pair, other):
        starts_at = pair[1].slot.starts_at
        rules(change_until_hours=72, cancel_until_hours=48)

        with pytest.raises(reservations.TooLate):
            move(pair[1], other, at=starts_at - timedelta(hours=72))
        with pytest.raises(reservations.TooLate):
            cancel(pair[1], at=starts_at - timedelta(hours=48))

    def test_of_zero_hours_last_until_it_begins(self, pair, other):
        rules(cancel_until_hours=0)

        cancel(pair[1], at=pair[1].slot.starts_at - timedelta(minutes=1))

    def test_are_passed_by_an_operator_until_it_begins(self, pair, other):
        starts_at, operator = pair[1].slot.starts_at, cast.staff()
        at = starts_at - timedelta(hours=1)

        with pytest.raises(reservations.ReasonNeeded):
            move(pair[1], other, at=at, by=operator, call_id=CALL)
        with pytest.raises(reservations.TooLate):
            move(pair[1], other, at=starts_at, by=operator, call_id=CALL, reason="illness")

    def test_let_an_operator_cancel_unless_the_programme_forbids_it(self, pair):
        at, operator = pair[1].slot.starts_at - timedelta(hours=1), cast.staff()
        named = {"by": operator, "channel": "phone", "call_id": CALL, "reason": "health"}
        rules(staff_may_pass=False)
        with pytest.raises(reservations.NotToBePassed):
            cancel(pair[1], at=at, **named)
        rules(staff_may_pass=True)

        cancel(pair[1], at=at, **named)
