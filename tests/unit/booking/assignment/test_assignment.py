"""A plan from the draft to the answers: listed, proposed, approved, booked, told, answered, ended."""

from datetime import date, time, timedelta

import pytest

from booking import assignment, invariants, reservations, rule_changes, rulebook
from booking.assignment import _booking
from booking.assignment import _refusals as no
from booking.models import AssignedPlace, AssignmentPlan, Reservation, Resident, Voucher
from notifications.models import Message
from tests import cast
from tests.cast import NOW
from tests.unit.booking.assignment.conftest import (
    AFTER,
    ANSWER,
    DAY,
    approved,
    booked,
    drafted,
    proposed,
    worked,
)
from tests.unit.booking.lottery.conftest import reserved
from venues import ledger
from venues.models import Bucket

pytestmark = pytest.mark.usefixtures("served")


def whys(row):
    return assignment.counts(row).reasons


def line_of(person):
    return AssignedPlace.objects.get(resident=person)


class TestWhoIsMeant:
    def test_the_list_is_looked_at_once_each_and_reasons_are_kept(self, bucket, officers):
        good = cast.resident()
        young = cast.resident(born_on=date(2020, 1, 1))
        lost = cast.resident()
        Voucher.objects.filter(resident=lost).update(is_live=False)
        Resident.objects.filter(pk=cast.resident().pk).update(status_flag="1")

        row = proposed(officers[0])

        assert row.state == "proposed"
        assert row.looked_at == 4
        assert line_of(good).state == "placed"
        assert line_of(young).why == "too_young"
        assert line_of(lost).why == "no_voucher"
        assert whys(row) == {"too_young": 1, "no_voucher": 1}

    def test_who_is_booked_already_is_told_apart(self, bucket, officers):
        person = cast.resident()
        claimed(person)
        assert whys(proposed(officers[0])) == {"already_booked": 1}

    def test_districts_by_the_beginning_of_the_postal_code(self, bucket, officers):
        near, far = cast.resident(), cast.resident(postal_code="100-0001")
        row = proposed(officers[0], postal_codes="９９９−０００")
        assert line_of(near).state == "placed"
        assert not row.people.filter(resident=far).exists()

    def test_catchments_send_each_to_their_venue(self, bucket, officers):
        other = reserved(3, venue_=cast.venue())
        here = bucket.slot.opening.venue_id
        there = other.slot.opening.venue_id
        near, far = cast.resident(), cast.resident(postal_code="100-0001")
        proposed(officers[0], catchments={str(here): "999", str(there): "100, 101"})
        assert line_of(near).bucket_ids == [bucket.pk]
        assert line_of(far).bucket_ids == [other.pk]

    def test_people_of_one_address_share_a_figure_that_tells_nothing(self, bucket, officers):
        one, two = cast.resident(address="見本町１番"), cast.resident(address="見本町1番")
        alone = cast.resident(address="見本町2番")
        first = proposed(officers[0])
        assert line_of(one).home == line_of(two).home != line_of(alone).home
        again = drafted(officers[0])
        assert assignment.household(again, "x") != assignment.household(first, "x")

    def test_killed_in_the_middle_it_goes_on_and_nobody_is_listed_twice(self, bucket, officers):
        for _ in range(5):
            cast.resident()
        row = drafted(officers[0])
        assignment.list_some(plan=row, at=NOW, most=2)
        AssignmentPlan.objects.filter(pk=row.pk).update(listed_until=None)  # as if it were undone
        assert worked(row).people.count() == 5


class TestApproving:
    def test_takes_a_second_person(self, bucket, officers):
        cast.resident()
        row = proposed(officers[0])
        with pytest.raises(no.SamePerson):
            approved(row, officers[0])
        assert approved(row, officers[1]).state == "booking"

    def test_people_left_over_want_a_word_why(self, bucket, officers):
        for _ in range(4):
            cast.resident()
        row = proposed(officers[0])
        assert whys(row) == {"full": 1}
        with pytest.raises(no.NoReason):
            approved(row, officers[1], reason=" ")

    def test_what_changed_meanwhile_is_not_approved(self, bucket, officers):
        cast.resident()
        row = proposed(officers[0])
        with pytest.raises(no.ChangedMeanwhile):
            assignment.approve(plan=row, shown=row.version + 1, by=officers[1], at=NOW)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"answer_until": NOW - timedelta(minutes=1)}, "期限が過ぎています"),
            ({"answer_until": NOW + timedelta(days=13, hours=20)}, "12時間以内"),
            ({"day_from": DAY + timedelta(days=1), "day_until": DAY + timedelta(days=2)}, "空いていません"),
            ({"with_pairs": True}, "接種間隔より短い"),
            ({"dose_number": 3}, "接種計画にありません"),
        ],
    )  # fmt: skip
    def test_is_refused_where_it_would_go_wrong(self, bucket, officers, changes, words):
        cast.resident()
        row = proposed(officers[0], **changes)
        assert any(words in str(one) for one in assignment.findings(row, at=NOW))
        with pytest.raises(no.HasErrors):
            approved(row, officers[1])

    def test_doses_that_go_together_are_not_given_alone(self, bucket, officers):
        cast.ruled(pair_rule="together")
        row = proposed(officers[0])
        assert any("一緒に" in str(one) for one in assignment.findings(row, at=NOW))

    def test_stopped_before_it_is_booked_nobody_gets_anything(self, bucket, officers):
        cast.resident()
        row = approved(proposed(officers[0]), officers[1])
        with pytest.raises(no.NoReason):
            assignment.stop(plan=row, shown=row.version, reason="", at=NOW)
        assignment.stop(plan=row, shown=row.version, reason="中止", at=NOW)
        worked(row)
        assert _booking._settle(AssignedPlace.objects.get().pk, row.pk, at=NOW) is False
        assert not Reservation.objects.exists()


class TestBooking:
    def test_each_is_booked_once_and_told_once_with_the_time_to_answer(self, bucket, officers):
        people = [cast.resident() for _ in range(3)]
        row = booked(officers)

        assert row.state == "booked"
        assert Bucket.objects.get(pk=bucket.pk).taken == 3
        told = Message.objects.filter(kind="assigned")
        assert {one.person_id for one in told} == {one.pk for one in people}
        assert all("6/8 10:00までにお返事" in one.body for one in told)
        assert {one.not_after for one in told} == {ANSWER}

        AssignedPlace.objects.update(state="placed")  # as if the worker had died before it knew
        AssignmentPlan.objects.update(state="booking")
        worked(row)
        assert Reservation.objects.count() == Message.objects.count() == 3
        assert invariants.broken() == []
        assert ledger.differences() == []

    def test_a_pair_is_booked_together_and_told_for_each_dose(self, bucket, officers):
        second = reserved(3, day=DAY + timedelta(days=21), venue_=bucket.slot.opening.venue)
        person = cast.resident()
        booked(officers, with_pairs=True, day_until=DAY + timedelta(days=21))
        found = reservations.live_of(person.pk)
        assert [one.bucket_id for one in found] == [bucket.pk, second.pk]
        assert Message.objects.filter(kind="assigned").count() == 2

    def test_a_place_that_is_gone_by_then_is_written_down(self, bucket, officers):
        person = cast.resident()
        row = approved(proposed(officers[0]), officers[1])
        Bucket.objects.filter(pk=bucket.pk).update(capacity=0)
        worked(row)
        assert (line_of(person).state, line_of(person).why) == ("refused", "taken_meanwhile")
        assert not Message.objects.exists()

    def test_whoever_booked_meanwhile_keeps_that(self, bucket, officers):
        person = cast.resident()
        row = approved(proposed(officers[0]), officers[1])
        claimed(person)
        worked(row)
        assert line_of(person).why == "already_booked"
        assert len(reservations.live_of(person.pk)) == 1

    def test_while_bookings_are_stopped_it_waits(self, bucket, officers):
        cast.resident()
        row = approved(proposed(officers[0]), officers[1])
        rule_changes.stop(channel="web", words="", reason="点検", by=officers[1], at=NOW)
        rulebook.forget_kept()
        assert assignment.proceed(plan=row, at=NOW) == 0
        assert assignment.find(row.pk).state == "booking"
        rule_changes.resume(channel="web", reason="点検が終わった", by=officers[1], at=NOW)
        rulebook.forget_kept()
        assert worked(row).state == "booked"


class TestAnswering:
    @pytest.fixture
    def given(self, bucket, officers):
        person = cast.resident()
        row = booked(officers)
        return row, person, line_of(person)

    def test_accepting_twice_is_once(self, given):
        _row, person, line = given
        for _ in range(2):
            assignment.accept(line_id=line.pk, resident_id=person.pk, by=None, at=NOW)
        assert line_of(person).answer == "accepted"
        assert assignment.waiting_of(resident_id=person.pk, at=NOW) == []

    def test_declining_gives_the_place_back_at_once(self, given, bucket):
        _row, person, line = given
        for _ in range(2):
            assignment.decline(line_id=line.pk, resident_id=person.pk, by=None, at=NOW)
        assert Bucket.objects.get(pk=bucket.pk).taken == 0
        assert reservations.live_of(person.pk) == []
        with pytest.raises(no.TooLateToAnswer):
            assignment.accept(line_id=line.pk, resident_id=person.pk, by=None, at=NOW)
        assert invariants.broken() == []

    def test_somebody_elses_cannot_be_answered(self, given):
        *_, line = given
        for act in (assignment.accept, assignment.decline):
            with pytest.raises(no.TooLateToAnswer):
                act(line_id=line.pk, resident_id=cast.resident().pk, by=None, at=NOW)

    def test_after_the_time_it_is_too_late(self, given):
        _row, person, line = given
        with pytest.raises(no.TooLateToAnswer):
            assignment.accept(line_id=line.pk, resident_id=person.pk, by=None, at=ANSWER)

    @pytest.mark.parametrize(
        ("rule", "answer", "held"), [("keep", "kept", 1), ("give_up", "given_up", 0)]
    )
    def test_silence_becomes_what_the_programme_says(self, bucket, officers, rule, answer, held):
        cast.ruled(unanswered=rule)
        silent, good = cast.resident(), cast.resident()
        row = booked(officers)
        assert row.unanswered == rule
        yes = line_of(good)
        assignment.accept(line_id=yes.pk, resident_id=good.pk, by=None, at=NOW)
        assert worked(row).state == "booked"  # not before the time

        row = worked(row, at=AFTER)

        assert row.state == "done"
        assert line_of(silent).answer == answer
        assert line_of(good).answer == "accepted"
        assert len(reservations.live_of(silent.pk)) == held
        assert len(reservations.live_of(good.pk)) == 1
        told = Message.objects.filter(kind="cancelled", person_id=silent.pk)
        assert told.exists() is not bool(held)
        assert invariants.broken() == []

    def test_who_moved_or_cancelled_has_answered(self, bucket, officers):
        cast.ruled(unanswered="give_up")
        free = cast.slot(day=DAY, at=time(14), web=4)[1]
        mover, gone = cast.resident(), cast.resident()
        row = booked(officers)
        (moved,), (ended,) = reservations.live_of(mover.pk), reservations.live_of(gone.pk)
        reservations.move(reservation=moved, bucket_id=free.pk, channel="web", by=None, at=NOW)
        reservations.cancel(reservation=ended, channel="web", by=None, at=NOW)
        assert assignment.of(resident_id=mover.pk)[0].answer == "moved"

        worked(row, at=AFTER)

        assert line_of(mover).answer == "moved"
        assert line_of(gone).answer == "declined"
        assert len(reservations.live_of(mover.pk)) == 1

    def test_the_rule_of_the_day_of_approval_stands(self, given, officers):
        row, person, _line = given
        cast.ruled(unanswered="give_up", effective_from=date(2026, 2, 1))
        worked(row, at=AFTER)
        assert line_of(person).answer == "kept"


def claimed(person):
    web = cast.slot(day=DAY, at=time(9), web=4)[1]
    return reservations.claim(
        resident=person, wishes=[reservations.Wish(1, web.pk)],
        asking=reservations.Asking(channel="web", request_key=person.pk), by=None, at=NOW,
    )  # fmt: skip
