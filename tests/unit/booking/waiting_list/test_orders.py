"""In which order the list is asked: first come, by group, by a lot that can be worked out again."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError

from booking import reservations, rulebook, waiting_list
from booking.lottery.drawing import hash_of, lot
from booking.models import PriorityGroup, WaitingListEntry, WaitingListOffer, WaitingOrder
from booking.waiting_list import orders
from tenancy.current import municipality_atomic
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from tests.unit.booking.waiting_list.conftest import booked, cancelled, joined

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer")


def ordered(way, officer, at=NOW):
    return orders.set_order(way=way, shown=None, reason="試験", by=officer, at=at)


def asked_first():
    return WaitingListOffer.objects.earliest("made_at").entry.resident_id


@pytest.fixture
def place(full):
    return full


class TestPriority:
    @pytest.fixture
    def groups(self, place):
        PriorityGroup.objects.all().delete()
        for position, (name, until) in enumerate(
            [("75歳以上", date(1951, 4, 1)), ("その他", None)]
        ):
            PriorityGroup.objects.create(
                name=name, position=position + 1, born_until=until,
                bookable_from=NOW - timedelta(days=9),
            )  # fmt: skip
        rulebook.forget_kept()

    def test_asks_the_first_group_before_who_came_earlier(self, place, groups, officer):
        joined(cast.resident(born_on=date(1990, 1, 1)))
        elder = cast.resident(born_on=date(1940, 1, 1))
        joined(elder, at=NOW + timedelta(minutes=1))
        ordered("priority", officer)

        cancelled(place[2])

        assert asked_first() == elder.pk

    def test_of_one_group_who_came_first(self, place, groups, officer):
        ordered("priority", officer)
        first = cast.resident(born_on=date(1940, 1, 1))
        joined(first)
        joined(cast.resident(born_on=date(1930, 1, 1)), at=NOW + timedelta(minutes=1))

        cancelled(place[2])

        assert asked_first() == first.pk

    def test_without_the_turn_the_first_to_come_is_asked(self, place, groups, officer):
        """If this ever fails, the tests above prove nothing."""
        young = cast.resident(born_on=date(1990, 1, 1))
        joined(young)
        joined(cast.resident(born_on=date(1940, 1, 1)), at=NOW + timedelta(minutes=1))
        ordered("priority", officer)
        WaitingListEntry.objects.update(turn=0)

        cancelled(place[2])

        assert asked_first() == young.pk


class TestLottery:
    def test_shows_the_hash_before_and_the_seed_after(self, officer):
        made = ordered("lottery", officer)
        assert made.seed_hash == hash_of(made.seed)
        assert made.shown_seed == ""

        ordered("fifo", officer)

        kept = WaitingOrder.objects.get(pk=made.pk)
        assert hash_of(kept.shown_seed) == kept.seed_hash

    def test_asks_the_lowest_lot_first_whoever_joined_when(self, place, officer):
        made = ordered("lottery", officer)
        entries = [joined(cast.resident(), at=NOW + timedelta(minutes=n)) for n in range(6)]

        cancelled(place[2])

        lowest = min(entries, key=lambda one: lot(made.seed, str(one.pk)))
        assert asked_first() == lowest.resident_id

    def test_can_be_worked_out_again_and_a_pushed_turn_is_found(self, officer):
        made = ordered("lottery", officer)
        entry, _other = joined(cast.resident()), joined(cast.resident())
        assert orders.verify(made).is_right
        assert orders.verify(made).looked_at == 2

        WaitingListEntry.objects.filter(pk=entry.pk).update(turn=1)

        assert orders.verify(made).wrong == 1

    def test_another_seed_than_was_promised_is_found(self, officer):
        made = ordered("lottery", officer)
        made.seed = "0" * 64
        made.save()

        assert not orders.verify(made).is_right

    def test_the_database_takes_no_lottery_without_a_seed(self, officer):
        with pytest.raises(IntegrityError), municipality_atomic():
            WaitingOrder.objects.create(way="lottery", began_at=NOW, ended_at=NOW)


class TestChangingTheOrder:
    def test_wants_a_reason_and_the_order_that_was_shown(self, officer):
        made = ordered("fifo", officer)
        with pytest.raises(orders.NoReason):
            orders.set_order(way="lottery", shown=made.pk, reason=" ", by=officer, at=NOW)
        ordered("priority", officer)
        with pytest.raises(orders.OrderChanged):
            orders.set_order(way="lottery", shown=made.pk, reason="古い画面", by=officer, at=NOW)

    def test_one_order_stands(self, officer):
        ordered("fifo", officer)
        ordered("lottery", officer)

        assert WaitingOrder.objects.filter(ended_at=None).count() == 1
        with pytest.raises(IntegrityError), municipality_atomic():
            WaitingOrder.objects.create(way="fifo", began_at=NOW)


class TestThePage:
    def test_shows_counts_and_changes_the_order(self, officer):
        joined(cast.resident())
        ward = desk(officer)
        shown = WaitingOrder.objects.get(ended_at=None).pk

        answer = ward.post(
            "/waiting-list/order/", {"way": "lottery", "reason": "公平のため", "shown": shown}
        )

        assert answer.status_code == 302
        page = ward.get("/waiting-list/").content.decode()
        made = orders.now()
        assert made.seed_hash in page
        assert made.seed not in page
        assert "1人の順番を計算し直し" in page

    @pytest.mark.parametrize(
        "typed", [{"way": "<script>"}, {"reason": ""}, {"shown": "nonsense"}, {"reason": "x" * 900}]
    )
    def test_nonsense_gets_words(self, officer, typed):
        answer = desk(officer).post(
            "/waiting-list/order/", {"way": "fifo", "reason": "試験"} | typed
        )

        assert answer.status_code == 422
        assert WaitingOrder.objects.count() == 0

    def test_an_operator_may_not(self):
        assert desk(cast.staff("operator")).get("/waiting-list/").status_code == 403


def test_an_offer_is_not_revived_by_cancelling_what_was_taken(full):
    """Who cancels after claiming is not offered again; the next one is."""
    first, second = cast.resident(), cast.resident()
    joined(first)
    joined(second, at=NOW + timedelta(minutes=1))
    cancelled(full[2])
    made = waiting_list.take(offer_id=WaitingListOffer.objects.get().pk, by=None, at=NOW)

    cancelled(made, at=NOW + timedelta(hours=1))

    offers = WaitingListOffer.objects.filter(state="open")
    assert [one.entry.resident_id for one in offers] == [second.pk]
    assert WaitingListEntry.objects.get(resident=first).state == "booked"


def test_no_offer_that_could_not_be_used_in_time(served):
    """Twenty minutes before the slot nobody is asked: the answer would come too late."""
    cast.everybody_may_book()
    _, web, _ = cast.slot(day=NOW.date(), at=time(10, 20), web=1, phone=0)
    held = booked(web, at=NOW - timedelta(days=1))
    joined(cast.resident(), notice_hours=0)

    reservations.cancel(reservation=held, channel="phone", by=cast.staff("operator"), at=NOW)
    waiting_list.sweep(at=NOW)

    assert not WaitingListOffer.objects.exists()
