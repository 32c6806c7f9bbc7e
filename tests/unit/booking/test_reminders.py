"""Everybody who comes tomorrow is reminded once, with the day and time that hold then."""

import uuid
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from booking import closures, reminders, reservations
from booking.reservations import Asking, Wish
from notifications import call_list, deliveries, outbox, senders
from notifications.models import Attempt, Message
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
        midnight = datetime(2026, 6, 15, tzinfo=JST)  # from then on 明日 would be wrong
        assert (sms.not_before, sms.not_after) == (EVE, midnight)

    @pytest.mark.parametrize("hours", [-24, -1])
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

        reminders.remind(at=EVE)

        said = Counter(one.body[5:7] for one in told())
        assert said == {"明日": 2, "本日": 1}  # who comes today was overlooked yesterday

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

    def test_speaks_again_to_the_number_of_today(self, bucket):
        made = book(bucket)
        reminders.remind(at=EVE)
        outbox.supersede(reference=made.pk, at=EVE)
        made.resident.refresh_from_db()
        made.resident.phone = "+817099990002"
        made.resident.save()

        reminders.remind(at=EVE + timedelta(minutes=5))

        assert told().get().recipient == "+817099990002"

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


NIGHT = EVE.replace(hour=20, minute=30)
MORNING = datetime(2026, 6, 15, 9, 0, tzinfo=JST)


def bucket_at(hour, minute=0):
    return cast.slot(day=TOMORROW, at=time(hour, minute), web=10)[1]


@pytest.mark.usefixtures("bucket")
class TestAfterTheQuietHoursBegan:
    def test_who_booked_this_afternoon_is_owed_nothing_and_that_stands_written(self):
        book(bucket_at(9), at=EVE.replace(hour=14, minute=1))

        assert reminders.remind(at=EVE.replace(hour=19, minute=59)) == 0
        assert reminders.remind(at=EVE.replace(hour=20, minute=5)) == 1
        deliveries.sweep(at=NIGHT)

        assert told().get().state == "not_owed"
        assert not Message.objects.for_a_person().filter(kind="reminder").exists()
        assert reminders.remind(at=NIGHT) == 0
        assert "明日6/15(月)" in Message.objects.get(kind="confirmed").body

    def test_who_could_not_be_reminded_all_day_is_told_in_the_morning_in_true_words(self):
        book(bucket_at(10))

        assert reminders.remind(at=NIGHT) == 1
        deliveries.sweep(at=NIGHT)

        sms = told().get()
        assert (sms.state, sms.not_before) == ("pending", MORNING)
        assert "本日6/15(月)10:00" in sms.body
        assert "明日" not in sms.body

    def test_an_early_visit_stands_on_the_list_at_once(self):
        book(bucket_at(9))

        reminders.remind(at=NIGHT)

        assert [one.state for one in Message.objects.for_a_person()] == ["needs_call"]

    def test_the_ward_may_have_it_written_down_only(self):
        book(bucket_at(9))
        row = senders.sender()
        row.remind_late = "none"
        row.save()
        senders.forget_kept()

        reminders.remind(at=NIGHT)

        assert told().get().state == "not_owed"

    def test_what_did_not_leave_in_time_goes_in_the_morning_in_other_words(self):
        book(bucket_at(10))
        reminders.remind(at=EVE)  # and no courier came
        deliveries.sweep(at=NIGHT)
        assert told().get().state == "suppressed"

        assert reminders.remind(at=NIGHT) == 1
        assert reminders.remind(at=NIGHT + timedelta(minutes=5)) == 0

        sms = told().get()
        assert (sms.state, sms.not_before) == ("pending", MORNING)
        assert "本日" in sms.body

    def test_what_may_have_gone_stays_with_a_person(self):
        book(bucket_at(10))
        reminders.remind(at=EVE)
        message = told().get()
        Attempt.objects.create(
            message=message, number=1, carrier="sms", tried_at=EVE, result="unknown"
        )
        Message.objects.filter(pk=message.pk).update(state="suppressed")

        assert reminders.remind(at=NIGHT) == 0
        assert told().get().state == "suppressed"

    def test_after_a_whole_day_without_us_the_day_itself_is_used(self):
        book(bucket_at(15))
        book(bucket_at(11, 30))

        assert reminders.remind(at=MORNING.replace(hour=11)) == 2

        assert sorted((one.state, one.body[5:7]) for one in told()) == [
            ("needs_call", "本日"),
            ("pending", "本日"),
        ]
        assert reminders.remind(at=MORNING.replace(hour=11, minute=5)) == 0

    def test_a_person_s_answer_stands(self):
        book(bucket_at(10))
        reminders.remind(at=EVE)
        deliveries.sweep(at=NIGHT)
        operator = cast.staff()
        call_list.resolve(message=told().get(), outcome="told", by=operator, at=NIGHT)

        assert reminders.remind(at=NIGHT) == 0
        assert told().get().state == "told"


class TestTheConfirmation:
    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            (EVE, True),
            (EVE.replace(hour=22, minute=59), True),
            (EVE.replace(hour=23), False),  # it might leave after midnight
            (EVE - timedelta(days=1), False),
        ],
    )
    def test_says_tomorrow_where_it_is(self, bucket, at, expected):
        book(bucket, at=at)

        assert ("明日6/15(月)" in Message.objects.get(kind="confirmed").body) is expected
