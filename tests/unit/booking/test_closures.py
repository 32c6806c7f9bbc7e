"""A closed day: nobody gets in, nobody is cancelled, everybody is owed a word."""

import uuid
from datetime import date, datetime, time, timedelta

import pytest

from booking import closures, reservations
from booking.models import Reservation, Resident
from booking.reservations import Asking, Wish
from notifications import senders
from notifications.models import Message, Sender
from tests import cast
from tests.cast import JST, NOW
from venues.models import Bucket

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def signed(served):
    return {"reason": "停電のため", "by": cast.staff("ward_officer"), "at": NOW}


@pytest.fixture
def day(served):
    """Reservations of people reached by SMS, by mail, by telephone only, and not at all."""
    cast.everybody_may_book()
    slot, web, _ = cast.slot(web=10)
    people = [
        cast.resident(phone="+819099990001"),
        cast.resident(phone=None, email="dummy@example.jp"),
        cast.resident(phone="+81399990001"),
        cast.resident(phone=None),
    ]
    for one in people:
        asking = Asking(channel="web", request_key=uuid.uuid4())
        reservations.claim(resident=one, wishes=[Wish(1, web.pk)], asking=asking, by=None, at=NOW)
    return slot.opening


def told(**kwargs):
    return Message.objects.filter(kind="day_closed", **kwargs)


class TestCloseDay:
    def test_owes_each_person_a_word_by_the_way_that_reaches_them(self, day, signed):
        assert closures.close_day(opening=day, **signed) == 4

        found = sorted((one.carrier, one.state, one.recipient) for one in told())
        assert found == [
            ("call", "needs_call", ""),
            ("call", "needs_call", "+81399990001"),
            ("mail", "pending", "dummy@example.jp"),
            ("sms", "pending", "+819099990001"),
        ]
        assert all(one.not_before == NOW for one in told())

    def test_cancels_nobody_and_lets_nobody_in(self, day, signed):
        closures.close_day(opening=day, **signed)

        assert Reservation.objects.filter(is_live=True).count() == 4
        bucket = Bucket.objects.get(slot__opening=day, channel="web")
        assert bucket.taken == 4
        with pytest.raises(reservations.SlotFull):
            asking = Asking(channel="web", request_key=uuid.uuid4())
            reservations.claim(
                resident=cast.resident(), wishes=[Wish(1, bucket.pk)], asking=asking, by=None, at=NOW
            )  # fmt: skip

    def test_withdraws_what_is_overtaken(self, day, signed):
        closures.close_day(opening=day, **signed)

        assert set(Message.objects.exclude(kind="day_closed").values_list("state", flat=True)) == {"superseded"}  # fmt: skip

    def test_sends_no_word_to_who_has_died(self, day, signed):
        gone = Reservation.objects.select_related("resident").first()
        Resident.objects.filter(pk=gone.resident_id).update(
            status_flag=Resident.StatusFlag.DECEASED
        )

        assert closures.close_day(opening=day, **signed) == 3

        assert not told(reference=gone.pk).exists()
        assert not Message.objects.filter(reference=gone.pk).exclude(state="superseded").exists()
        assert Reservation.objects.get(pk=gone.pk).is_live  # an officer decides
        assert len(closures.affected(day)) == 4

    def test_tells_who_has_moved_away(self, day, signed):
        Resident.objects.update(status_flag=Resident.StatusFlag.MOVED_OUT)

        assert closures.close_day(opening=day, **signed) == 4

    def test_twice_is_once(self, day, signed):
        closures.close_day(opening=day, **signed)

        assert closures.close_day(opening=day, **signed) == 0
        assert told().exclude(state="superseded").count() == 4

    def test_lists_the_affected_and_how_they_are_told(self, day, signed):
        assert closures.count_affected(day) == 4
        assert {one.way for one in closures.affected(day)} == {""}

        closures.close_day(opening=day, **signed)

        found = closures.affected(day)
        assert closures.by_way(found) == {"SMS": 1, "メール": 1, "電話": 2}
        assert {one.standing for one in found} == {"送信待ち", "要架電"}

    @pytest.mark.parametrize(
        ("at", "not_before"),
        [
            (datetime(2026, 6, 14, 22, tzinfo=JST), datetime(2026, 6, 15, 7, tzinfo=JST)),
            (datetime(2026, 6, 15, 6, tzinfo=JST), datetime(2026, 6, 15, 7, tzinfo=JST)),
        ],
    )
    def test_waits_for_the_morning(self, day, signed, at, not_before):
        Sender.objects.update_or_create(pk=1, defaults={"quiet_until": time(7)})
        senders.forget_kept()

        closures.close_day(opening=day, **{**signed, "at": at})

        assert {one.not_before for one in told()} == {not_before}

    def test_does_not_wait_where_people_would_leave_home_meanwhile(self, day, signed):
        at = datetime(2026, 6, 15, 6, tzinfo=JST)  # quiet until nine, the slot begins at ten

        closures.close_day(opening=day, **{**signed, "at": at})

        assert {one.not_before for one in told()} == {at}


class TestReopenDay:
    def test_withdraws_what_is_unsaid_and_counts_who_heard(self, day, signed):
        closures.close_day(opening=day, **signed)
        told(carrier="sms").update(state="delivered")

        assert closures.reopen_day(opening=day, **signed) == 1

        assert set(told().values_list("state", flat=True)) == {"delivered", "superseded"}

    def test_closing_again_promises_anew_what_was_withdrawn(self, day, signed):
        closures.close_day(opening=day, **signed)
        told(carrier="sms").update(state="delivered")
        closures.reopen_day(opening=day, **signed)

        closures.close_day(opening=day, **{**signed, "at": NOW + timedelta(hours=1)})

        assert sorted(told().values_list("carrier", "state")) == [
            ("call", "needs_call"), ("call", "needs_call"), ("mail", "pending"), ("sms", "delivered"),
        ]  # fmt: skip


def test_nobody_of_another_day_is_told(day, signed):
    _, web, _ = cast.slot(day=date(2026, 6, 16))
    other = cast.resident()
    asking = Asking(channel="web", request_key=uuid.uuid4())
    (made,) = reservations.claim(resident=other, wishes=[Wish(1, web.pk)], asking=asking, by=None, at=NOW)  # fmt: skip

    closures.close_day(opening=day, **signed)

    assert not told(reference=made.pk).exists()
    assert Message.objects.get(reference=made.pk).state == "pending"
