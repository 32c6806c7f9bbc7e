"""Everybody who comes tomorrow is reminded once, with the day and time that hold then."""

import uuid
from datetime import date, datetime, time, timedelta

import pytest

from booking import closures, reminders, reservations
from booking.reservations import Asking, Wish
from notifications import senders
from notifications.models import Message
from tests import cast
from tests.cast import JST, NOW

pytestmark = pytest.mark.usefixtures("served")
TOMORROW = date(2026, 6, 15)
EVE = datetime(2026, 6, 14, 10, 0, tzinfo=JST)


def book(bucket, at=NOW, **who):
    asking = Asking(channel="web", request_key=uuid.uuid4())
    (made,) = reservations.claim(
        resident=cast.resident(**who), wishes=[Wish(1, bucket.pk)], asking=asking, by=None, at=at
    )
    return made


@pytest.fixture
def bucket(served):
    cast.everybody_may_book()
    return cast.slot(day=TOMORROW, web=10)[1]


def told():
    return Message.objects.filter(kind="reminder")


class TestRemind:
    def test_promises_each_person_one_reminder_by_the_way_that_reaches_them(self, bucket):
        for who in (
            {},
            {"phone": None, "email": "dummy@resident.example"},
            {"phone": "+81399990001"},
        ):
            book(bucket, **who)

        assert reminders.remind(at=EVE) == 3
        assert reminders.remind(at=EVE + timedelta(minutes=5)) == 0

        assert sorted((one.carrier, one.state) for one in told()) == [
            ("call", "needs_call"),
            ("mail", "pending"),
            ("sms", "pending"),
        ]
        sms = told().get(carrier="sms")
        assert "明日6/15(月)10:00" in sms.body
        assert (sms.not_before, sms.not_after) == (EVE, datetime(2026, 6, 15, 10, 0, tzinfo=JST))

    @pytest.mark.parametrize("hours", [-24, -1, 24])
    def test_speaks_on_the_day_before_from_the_wards_hour(self, bucket, hours):
        book(bucket)

        assert reminders.remind(at=EVE + timedelta(hours=hours)) == 0

    def test_begins_at_the_hour_the_ward_chose(self, bucket):
        book(bucket)
        row = senders.sender()
        row.remind_from = time(15, 0)
        row.save()
        senders.forget_kept()

        assert reminders.remind(at=EVE + timedelta(hours=4, minutes=59)) == 0
        assert reminders.remind(at=EVE + timedelta(hours=5)) == 1

    def test_covers_the_whole_of_tomorrow_in_tokyo_and_no_more(self, bucket):
        for day, at in (
            (TOMORROW, time(0, 0)),
            (TOMORROW, time(23, 45)),
            (TOMORROW + timedelta(days=1), time(0, 0)),
            (TOMORROW - timedelta(days=1), time(23, 45)),
        ):
            book(cast.slot(day=day, at=at)[1])

        assert reminders.remind(at=EVE) == 2

    def test_leaves_out_who_has_cancelled_or_was_told_a_moment_ago(self, bucket):
        reservations.cancel(reservation=book(bucket), channel="web", by=None, at=NOW)
        book(bucket, at=EVE - timedelta(hours=1))

        assert reminders.remind(at=EVE) == 0
        assert reminders.remind(at=EVE + timedelta(hours=6)) == 1

    def test_leaves_out_a_closed_day(self, bucket):
        book(bucket)
        officer = cast.staff("ward_officer")
        opening = bucket.slot.opening
        closures.close_day(opening=opening, reason="停電のため", by=officer, at=NOW)

        assert reminders.remind(at=EVE) == 0

    def test_speaks_again_where_the_day_was_closed_and_opened_before_it_was_sent(self, bucket):
        book(bucket)
        reminders.remind(at=EVE)
        by = {"reason": "停電のため", "by": cast.staff("ward_officer")}
        opening = bucket.slot.opening
        closures.close_day(opening=opening, **by, at=EVE)
        closures.reopen_day(opening=opening, **by, at=EVE + timedelta(minutes=5))

        assert reminders.remind(at=EVE + timedelta(minutes=10)) == 1
        assert told().get().state == "pending"

    def test_is_withdrawn_when_the_visit_moves(self, bucket):
        made = book(bucket)
        reminders.remind(at=EVE)
        later = cast.slot(day=date(2026, 6, 20))[1]

        reservations.move(
            reservation=made, bucket_id=later.pk, channel="web", by=cast.staff(), at=EVE
        )

        assert told().get().state == "superseded"

    def test_speaks_to_many_in_portions(self, bucket, monkeypatch):
        monkeypatch.setattr(reminders, "AT_ONCE", 2)
        for _ in range(5):
            book(bucket)

        assert reminders.remind(at=EVE) == 5
        assert told().count() == 5
