"""The pairs that went wrong in 2021, as the booking itself meets them (姫路・米原・水戸)."""

import uuid
from datetime import date, timedelta

import pytest

from booking import reservations, rulebook
from booking.models import ReleasePlan, ReleaseRow, Reservation
from booking.reservations import Asking, Wish
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("served")

DAY = date(2026, 6, 15)
LATER = DAY + timedelta(days=21)


@pytest.fixture(autouse=True)
def _everybody(served):
    cast.everybody_may_book()


def claim(resident, doses, *, channel="web"):
    return reservations.claim(
        resident=resident,
        wishes=[Wish(dose, bucket.pk) for dose, bucket in doses.items()],
        asking=Asking(channel=channel, request_key=uuid.uuid4()),
        by=None,
        at=NOW,
    )


class TestHimeji:
    """About 2,700 second doses were booked that the venues gave by themselves."""

    @pytest.fixture
    def places(self):
        return cast.slot(day=DAY), cast.slot(day=LATER)

    @pytest.mark.parametrize("channel", ["web", "phone"])
    def test_where_venues_give_the_second_dose_nobody_books_it(self, places, channel):
        cast.ruled(pair_rule="first_only")
        which = 1 if channel == "web" else 2
        first, second = (place[which] for place in places)
        who = cast.resident()
        claim(who, {1: first}, channel=channel)

        with pytest.raises(reservations.NotBookable) as refused:
            claim(who, {2: second}, channel=channel)
        with pytest.raises(reservations.NotBookable):
            claim(cast.resident(), {1: first, 2: second}, channel=channel)

        assert refused.value.words == "予約できるのは1回目だけです。次の回の日時は接種会場でお決めください。"  # fmt: skip
        assert list(Reservation.objects.values_list("dose_number", flat=True)) == [1]

    def test_where_doses_come_in_turn_the_next_one_waits_for_the_one_before(self, places):
        cast.ruled(pair_rule="in_turn")
        (_, first, _), (_, second, _) = places
        who = cast.resident()

        with pytest.raises(reservations.NotBookable):
            claim(who, {2: second})
        claim(who, {1: first})
        with pytest.raises(reservations.NotBookable):
            claim(who, {2: second})

        later = NOW + timedelta(days=15)  # the afternoon of the first dose
        made = reservations.claim(
            resident=who, wishes=[Wish(2, second.pk)],
            asking=Asking(channel="web", request_key=uuid.uuid4()), by=None, at=later,
        )  # fmt: skip
        assert [one.dose_number for one in made] == [2]

    def test_without_the_rule_it_would_have_been_booked(self, places):
        """The twin: the refusals above come from the rule."""
        (_, first, _), (_, second, _) = places
        who = cast.resident()
        claim(who, {1: first})

        assert claim(who, {2: second})

    def test_a_rule_begins_on_its_day(self, places):
        cast.ruled(pair_rule="first_only", effective_from=LATER + timedelta(days=1))
        (_, first, _), (_, second, _) = places

        assert len(claim(cast.resident(), {1: first, 2: second})) == 2

    def test_a_second_booking_of_the_same_dose_is_none(self, places):
        (_, first, _), (_, second, _) = places
        who = cast.resident()
        claim(who, {1: first, 2: second})

        with pytest.raises(reservations.AlreadyReserved):
            claim(who, {2: second})
        assert Reservation.objects.count() == 2


class TestMaibara:
    """Places for the second dose were 70 % of the need: 5,342 people had to be called again."""

    def book(self, rule):
        cast.ruled(pair_rule=rule)
        _, first, _ = cast.slot(day=DAY, web=10)
        _, second, _ = cast.slot(day=LATER, web=7)
        got = []
        for _ in range(10):
            who = cast.resident()
            try:
                got.append(claim(who, {1: first, 2: second}))
            except reservations.PairNotFree:
                with pytest.raises(reservations.NotBookable):
                    claim(who, {1: first})
        first.refresh_from_db()
        second.refresh_from_db()
        return got, first, second

    def test_nobody_is_left_with_half_a_pair(self):
        got, first, second = self.book("together")

        assert len(got) == 7
        assert (first.taken, second.taken) == (7, 7)
        assert Reservation.objects.filter(dose_number=1).count() == 7

    def test_without_the_rule_people_would_have_been_left_with_half(self):
        """The twin: a first dose alone can be had where the programme does not forbid it."""
        cast.ruled(pair_rule="each")
        _, first, _ = cast.slot(day=DAY, web=1)

        assert claim(cast.resident(), {1: first})

    def test_who_gave_the_second_dose_back_may_take_it_again(self):
        cast.ruled(pair_rule="together")
        _, first, _ = cast.slot(day=DAY)
        _, second, _ = cast.slot(day=LATER)
        who = cast.resident()
        _, of_two = claim(who, {1: first, 2: second})
        reservations.cancel(reservation=of_two, channel="web", by=None, at=NOW)

        assert claim(who, {2: second})

    def test_and_so_may_who_gave_the_first_one_back(self):
        cast.ruled(pair_rule="together")
        _, first, _ = cast.slot(day=DAY)
        _, second, _ = cast.slot(day=LATER)
        who = cast.resident()
        of_one, _ = claim(who, {1: first, 2: second})
        reservations.cancel(reservation=of_one, channel="web", by=None, at=NOW)

        assert claim(who, {1: first})


class TestMito:
    """6,000 people booked for a first dose the days that were meant for second ones."""

    def test_a_day_of_second_doses_takes_no_first_one(self):
        _, second, phone = cast.slot(day=LATER, dose_number=2)

        for channel, bucket in (("web", second), ("phone", phone)):
            with pytest.raises(reservations.NotBookable) as refused:
                claim(cast.resident(), {1: bucket}, channel=channel)
            assert "ほかの接種回" in str(refused.value.words)
        assert not Reservation.objects.exists()

    def test_and_takes_the_second_dose(self):
        _, first, _ = cast.slot(day=DAY, dose_number=1)
        _, second, _ = cast.slot(day=LATER, dose_number=2)

        assert len(claim(cast.resident(), {1: first, 2: second})) == 2

    def test_nor_may_a_first_dose_be_moved_there(self):
        _, first, _ = cast.slot(day=DAY)
        _, second, _ = cast.slot(day=LATER, dose_number=2)
        (made,) = claim(cast.resident(), {1: first})

        with pytest.raises(reservations.NotBookable):
            reservations.move(reservation=made, bucket_id=second.pk, channel="web", by=None, at=NOW)

    def test_a_plan_for_second_doses_says_the_same(self):
        _, second, _ = cast.slot(day=LATER)
        plan = ReleasePlan.objects.create(
            name="試験の計画", announced_at=NOW, day_from=LATER, day_until=LATER, state="armed",
            edited_by=cast.staff("ward_officer"), edited_at=NOW,
            armed_by=cast.staff("ward_officer"), armed_at=NOW,
        )  # fmt: skip
        ReleaseRow.objects.create(
            plan=plan, day_from=LATER, day_until=LATER, dose_number=2,
            opens_at=NOW - timedelta(hours=1),
        )  # fmt: skip
        rulebook.forget_kept()

        with pytest.raises(reservations.NotBookable):
            claim(cast.resident(), {1: second})

    def test_a_plan_of_one_programme_says_nothing_of_another(self):
        check_up = cast.programme("見本検診")
        _, theirs, _ = cast.slot(day=LATER, programme_=check_up)
        plan = ReleasePlan.objects.create(
            name="試験の計画", announced_at=NOW, day_from=LATER, day_until=LATER, state="armed",
            edited_by=cast.staff("ward_officer"), edited_at=NOW,
            armed_by=cast.staff("ward_officer"), armed_at=NOW,
        )  # fmt: skip
        ReleaseRow.objects.create(
            plan=plan, day_from=LATER, day_until=LATER, dose_number=2,
            opens_at=NOW + timedelta(hours=1),
        )  # fmt: skip
        rulebook.forget_kept()

        assert claim(cast.resident(), {1: theirs})
