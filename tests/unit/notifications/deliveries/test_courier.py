"""The courier and the sweep against a hostile carrier, clock in hand."""

import uuid
from collections import Counter
from datetime import datetime, timedelta
from itertools import count

import pytest

from notifications import deliveries, receipts
from notifications.channels import Answer, Outcome
from notifications.deliveries import _courier
from notifications.deliveries._claim import claim
from notifications.deliveries._end import end
from notifications.models import Attempt, Carrier, Message
from notifications.quiet_hours import USUAL
from shared.calendar import TOKYO
from simulator import Behaviour, Creation, MailBehaviour
from tests.carrying import MOBILE, NOON, promise, set_up_sender, state_of

MINUTE = timedelta(minutes=1)
SILENT = ("all",)


@pytest.fixture
def _impatient(monkeypatch):
    """For carriers that hang; elsewhere a crowded machine is waited for."""
    from notifications.channels import sms

    monkeypatch.setattr(sms, "READ_SECONDS", 0.3)


def jst(day, hour, minute=0):
    return datetime(2026, 6, day, hour, minute, tzinfo=TOKYO)


def hostile(creation, **more):
    return Behaviour(creation=creation, hang_seconds=0.6, missing=SILENT, statuses=(), **more)


class TestAnHonestCarrier:
    def test_gets_each_message_once_and_the_attempt_says_so(self, sender, carrier):
        message = promise()

        assert deliveries.deliver_due(at=NOON) == 1
        assert deliveries.deliver_due(at=NOON) == 0

        (held,) = carrier.accepted_for(MOBILE)
        attempt = message.attempts.get()
        assert state_of(message) == "accepted"
        assert (attempt.number, attempt.result, attempt.provider_id) == (1, "accepted", held.sid)
        assert held.body == message.body
        assert held.status_callback == (
            f"http://hooks.mihon.localhost/receipts/sms/?attempt={attempt.pk}"
        )

    def test_gets_what_was_asked_for_now_before_reminders(self, sender, carrier):
        for number in range(3):
            promise(kind="reminder", recipient=f"+81709999010{number}")
        promise(at=NOON, not_before=NOON + MINUTE)

        deliveries.deliver_due(at=NOON + MINUTE)

        assert carrier.asked[0].form["To"] == MOBILE

    def test_gets_nothing_before_its_time(self, sender, carrier):
        message = promise(not_before=NOON + MINUTE)

        assert deliveries.deliver_due(at=NOON) == 0
        assert state_of(message) == "pending"

    def test_takes_mail_too(self, sender, here):
        message = promise(
            carrier="mail", recipient="dummy@resident.example", subject="予約を受け付けました"
        )

        deliveries.deliver_due(at=NOON)

        (mail,) = here.mailroom.held
        assert state_of(message) == "accepted"
        assert mail.recipients == ["dummy@resident.example"]
        assert mail.text.strip() == message.body

    def test_leaves_the_call_list_alone(self, sender, carrier, here):
        message = promise(carrier="call", state="needs_call", recipient="+81312345678")

        deliveries.deliver_due(at=NOON)

        assert state_of(message) == "needs_call"
        assert not carrier.asked

    def test_receives_nothing_superseded(self, sender, carrier):
        from notifications import outbox

        message = promise()
        outbox.supersede(reference=message.reference, at=NOON)
        newer = promise(reference=message.reference, kind="moved", version=2)

        deliveries.deliver_due(at=NOON)

        assert (state_of(message), state_of(newer)) == ("superseded", "accepted")
        assert [held.body for held in carrier.accepted_for(MOBILE)] == [newer.body]

    @pytest.mark.parametrize("answer", [Answer.LATER, Answer.UNKNOWN, None])
    def test_gets_nothing_again_that_was_overtaken_on_its_way(self, sender, carrier, answer):
        from notifications import outbox

        message = promise()
        (claimed,) = claim(carrier=Carrier.SMS, limit=1, quiet=USUAL, at=NOON)
        outbox.supersede(reference=message.reference, at=NOON)
        if answer:
            end(claimed, Outcome(answer), recipient_index=None, at=NOON)
        deliveries.sweep(at=NOON + 3 * MINUTE)

        assert state_of(message) == "superseded"
        assert deliveries.deliver_due(at=NOON + 60 * MINUTE) == 0

    def test_is_not_asked_while_no_account_is_set_up(self, served, carrier):
        message = promise()

        assert deliveries.deliver_due(at=NOON) == 0
        assert state_of(message) == "pending"


@pytest.mark.usefixtures("_impatient")
class TestARefusal:
    @pytest.mark.parametrize(("code", "state"), [(21610, "failed"), (21614, "failed")])
    def test_for_good_goes_to_the_persons_list_at_once(self, sender, carrier, code, state):
        carrier.behave(MOBILE, Behaviour(creation=Creation.REFUSE, error=code))
        message = promise()

        deliveries.deliver_due(at=NOON)

        assert state_of(message) == state
        assert message.error_code == str(code)
        assert list(Message.objects.for_a_person()) == [message]

    def test_for_now_is_tried_again_later_and_once_only(self, sender, carrier):
        carrier.behave(MOBILE, Behaviour(creation=Creation.TOO_MANY, times=2, missing=SILENT))
        message = promise()

        for step in range(6):
            deliveries.deliver_due(at=NOON + step * MINUTE)

        assert state_of(message) == "accepted"
        assert [a.result for a in message.attempts.order_by("number")] == [
            "later",
            "later",
            "accepted",
        ]
        assert len(carrier.accepted_for(MOBILE)) == 1

    def test_for_now_ends_on_the_list_when_the_time_is_over(self, sender, carrier):
        carrier.behave(MOBILE, Behaviour(creation=Creation.TOO_MANY))
        message = promise(not_after=NOON + timedelta(seconds=10))

        deliveries.deliver_due(at=NOON)

        assert state_of(message) == "failed"

    def test_of_our_account_stops_the_run_and_loses_nothing(self, served, carrier):
        set_up_sender(sms_token="old")
        messages = [promise(recipient=f"+8170999901{n:02}") for n in range(20)]

        assert deliveries.deliver_due(at=NOON) == 1

        assert {state_of(message) for message in messages} == {"pending"}
        assert len(carrier.asked) == 1

    def test_of_a_carrier_that_is_down_costs_one_try_a_run(self, sender, carrier):
        carrier.usual = hostile(Creation.UNAVAILABLE)
        messages = [promise(recipient=f"+8170999901{n:02}") for n in range(20)]

        assert [deliveries.deliver_due(at=NOON + n * MINUTE) for n in range(3)] == [1, 1, 1]

        states = [state_of(message) for message in messages]
        assert (states.count("unknown"), states.count("pending")) == (3, 17)


LOST = [
    Creation.UNAVAILABLE_AFTER_ACCEPT,
    Creation.HANG_AFTER_ACCEPT,
    Creation.CLOSE_AFTER_ACCEPT,
]
NEVER_TAKEN = [Creation.UNAVAILABLE, Creation.HANG, Creation.CLOSE]


@pytest.mark.usefixtures("_impatient")
class TestALostAnswer:
    @pytest.mark.parametrize("creation", LOST + NEVER_TAKEN)
    def test_is_unknown_on_the_list_and_never_repeated_blindly(self, sender, carrier, creation):
        carrier.behave(MOBILE, hostile(creation))
        message = promise()

        for step in range(5):
            deliveries.deliver_due(at=NOON + step * MINUTE)
            deliveries.sweep(at=NOON + step * MINUTE)

        assert state_of(message) == "unknown"
        assert list(Message.objects.for_a_person()) == [message]
        assert len(carrier.asked) == 1

    @pytest.mark.parametrize("creation", LOST)
    def test_is_found_at_the_carrier_and_not_sent_again(self, sender, carrier, creation):
        carrier.behave(MOBILE, hostile(creation))
        message = promise(at=now())
        deliveries.deliver_due(at=now())

        swept = deliveries.sweep(at=now() + 16 * MINUTE)
        deliveries.deliver_due(at=now() + 17 * MINUTE)

        (held,) = carrier.accepted_for(MOBILE)
        assert swept.proved == 1
        assert state_of(message) == "accepted"
        assert message.provider_id == held.sid

    @pytest.mark.parametrize("creation", NEVER_TAKEN)
    def test_is_sent_once_more_after_the_carriers_clear_no(self, sender, carrier, creation):
        carrier.behave(MOBILE, hostile(creation, times=1))
        message = promise(at=now())
        deliveries.deliver_due(at=now())

        swept = deliveries.sweep(at=now() + 16 * MINUTE)
        deliveries.deliver_due(at=now() + 17 * MINUTE)

        assert swept.not_sent == 1
        assert state_of(message) == "accepted"
        assert len(carrier.accepted_for(MOBILE)) == 1

    def test_twice_ends_on_the_list_without_a_third_try(self, sender, carrier):
        carrier.behave(MOBILE, hostile(Creation.CLOSE))
        message = promise(at=now())

        for step in range(0, 90, 5):
            deliveries.deliver_due(at=now() + step * MINUTE)
            deliveries.sweep(at=now() + step * MINUTE)

        assert state_of(message) == "failed"
        assert message.attempts.count() == 2
        assert list(Message.objects.for_a_person()) == [message]

    def test_stays_unknown_while_the_carrier_cannot_say(self, sender, carrier):
        carrier.behave(MOBILE, hostile(Creation.CLOSE_AFTER_ACCEPT))
        message = promise(at=now())
        deliveries.deliver_due(at=now())
        carrier.accounts = {}

        swept = deliveries.sweep(at=now() + 16 * MINUTE)

        assert (swept.proved, swept.not_sent) == (0, 0)
        assert state_of(message) == "unknown"

    def test_is_proved_by_a_receipt_that_names_our_attempt(self, sender, carrier):
        carrier.behave(MOBILE, hostile(Creation.CLOSE_AFTER_ACCEPT))
        message = promise()
        deliveries.deliver_due(at=NOON)
        (held,) = carrier.accepted_for(MOBILE)
        attempt = message.attempts.get()

        receipts.take(provider_id=held.sid, attempt_id=attempt.pk, status="sent", at=NOON)
        deliveries.sweep(at=NOON + 20 * MINUTE)
        deliveries.deliver_due(at=NOON + 21 * MINUTE)

        assert state_of(message) == "sent"
        assert len(carrier.accepted_for(MOBILE)) == 1

    def test_of_two_equal_texts_to_one_number_are_told_apart(self, sender, carrier):
        """A family books one slot: the same words to the same telephone, twice."""
        carrier.behave(MOBILE, hostile(Creation.CLOSE_AFTER_ACCEPT, times=2))
        family = [promise(at=now(), body="【見本市】同じ文面") for _ in range(2)]
        deliveries.deliver_due(at=now())
        deliveries.deliver_due(at=now())

        deliveries.sweep(at=now() + 16 * MINUTE)
        deliveries.deliver_due(at=now() + 17 * MINUTE)

        assert [state_of(message) for message in family] == ["accepted", "accepted"]
        assert len({message.provider_id for message in family}) == 2
        assert len(carrier.accepted_for(MOBILE)) == 2

    def test_of_a_mail_waits_for_a_person(self, sender, here):
        to = "dummy@resident.example"
        here.mailroom.behave(to, MailBehaviour(close=True, keep=True))
        message = promise(at=now(), carrier="mail", recipient=to, subject="件名")
        deliveries.deliver_due(at=now())

        deliveries.sweep(at=now() + 16 * MINUTE)
        deliveries.deliver_due(at=now() + 17 * MINUTE)

        assert state_of(message) == "unknown"
        assert len(here.mailroom.held) == 1

    def test_would_be_a_second_sms_without_the_unknown_state(self, sender, carrier, monkeypatch):
        """If this ever fails, the tests above prove nothing."""
        from notifications.channels import Answer
        from notifications.deliveries import _end

        retry = dict(_end.RESULTS) | {Answer.UNKNOWN: _end.RESULTS[Answer.LATER]}
        monkeypatch.setattr(_end, "RESULTS", retry)
        carrier.behave(MOBILE, hostile(Creation.CLOSE_AFTER_ACCEPT))
        promise()

        for step in range(4):
            deliveries.deliver_due(at=NOON + step * MINUTE)

        assert len(carrier.accepted_for(MOBILE)) > 1


class TestACourierThatDied:
    def test_leaves_an_attempt_that_the_sweep_resolves(self, sender, carrier):
        from notifications.deliveries._claim import claim
        from notifications.quiet_hours import USUAL

        message = promise(at=now())
        claim(carrier=Carrier.SMS, limit=1, quiet=USUAL, at=now())  # and then it was killed

        assert deliveries.sweep(at=now() + MINUTE).silent == 0
        assert deliveries.sweep(at=now() + 3 * MINUTE).silent == 1
        assert state_of(message) == "unknown"
        assert deliveries.sweep(at=now() + 16 * MINUTE).not_sent == 1
        deliveries.deliver_due(at=now() + 17 * MINUTE)
        assert state_of(message) == "accepted"

    def test_is_corrected_by_a_receipt_that_comes_after_the_search_was_given_up(
        self, sender, carrier
    ):
        carrier.behave(MOBILE, hostile(Creation.CLOSE))
        message = promise(at=now(), not_after=now() + 10 * MINUTE)
        deliveries.deliver_due(at=now())
        deliveries.sweep(at=now() + 16 * MINUTE)
        assert state_of(message) == "failed"

        attempt = message.attempts.get()
        receipts.take(
            provider_id="SM" + "9" * 32,
            attempt_id=attempt.pk,
            status="delivered",
            at=now() + 20 * MINUTE,
        )

        assert state_of(message) == "delivered"


class TestQuietHours:
    def test_hold_back_a_reminder_until_nine(self, sender, carrier):
        reminder = promise(kind="reminder", at=jst(1, 20, 30), not_after=jst(2, 10))

        deliveries.deliver_due(at=jst(1, 20, 30))
        deliveries.sweep(at=jst(1, 20, 30))
        assert state_of(reminder) == "pending"

        deliveries.deliver_due(at=jst(2, 9))
        assert state_of(reminder) == "accepted"

    def test_drop_and_flag_what_could_only_come_after_the_visit(self, sender, carrier):
        reminder = promise(kind="reminder", at=jst(1, 20, 30), not_after=jst(2, 8, 45))

        deliveries.sweep(at=jst(1, 20, 30))

        assert state_of(reminder) == "suppressed"
        assert list(Message.objects.for_a_person()) == [reminder]
        assert not carrier.asked

    def test_let_a_fresh_confirmation_pass_and_hold_back_a_stale_one(self, sender, carrier):
        fresh = promise(at=jst(1, 23))
        stale = promise(at=jst(1, 19), recipient="+817099990002")

        deliveries.deliver_due(at=jst(1, 23))

        assert (state_of(fresh), state_of(stale)) == ("accepted", "pending")

    def test_let_the_word_of_a_closed_venue_choose_its_own_time(self, sender, carrier):
        urgent = promise(kind="day_closed", at=jst(1, 22), not_after=jst(2, 8))
        patient = promise(kind="day_closed", at=jst(1, 22), not_before=jst(2, 9))

        deliveries.sweep(at=jst(1, 22))
        deliveries.deliver_due(at=jst(1, 22))

        assert (state_of(urgent), state_of(patient)) == ("accepted", "pending")


class TestASlowSlice:
    """The clock goes on while a slice is carried: each message is judged at its own moment."""

    def carried(self, begins, *, step=10 * MINUTE):
        ticks = count()
        with deliveries.courier() as one:
            return one.deliver(clock=lambda: begins + next(ticks) * step)

    def test_stops_where_the_quiet_hours_begin(self, sender, carrier):
        reminders = [
            promise(kind="reminder", at=jst(1, 12), recipient=f"+8170999901{n:02}")
            for n in range(20)
        ]

        self.carried(jst(1, 19, 30))

        states = [state_of(one) for one in reminders]
        assert 0 < states.count("accepted") < 20
        late = Attempt.objects.filter(tried_at__gte=jst(1, 20))
        assert not late.exists()

    def test_sends_nothing_that_became_useless_meanwhile(self, sender, carrier):
        for n in range(20):
            promise(at=jst(1, 12), not_after=jst(1, 12, 30), recipient=f"+8170999901{n:02}")

        self.carried(jst(1, 12))

        assert 0 < len(carrier.asked) < 20
        assert not Attempt.objects.filter(tried_at__gte=jst(1, 12, 30)).exists()

    def test_of_a_slow_sender_takes_no_more_than_a_second_of_it(self, served, carrier):
        set_up_sender(sms_per_second=2)
        for n in range(8):
            promise(at=NOON, recipient=f"+8170999901{n:02}")

        self.carried(NOON)

        together = Counter(Attempt.objects.values_list("tried_at", flat=True))
        assert max(together.values()) == 2

    def test_would_go_out_at_night_with_one_moment_for_the_slice(self, sender, carrier):
        """If this ever fails, the tests above prove nothing."""
        for n in range(20):
            promise(kind="reminder", at=jst(1, 12), recipient=f"+8170999901{n:02}")

        assert deliveries.deliver_due(at=jst(1, 19, 59)) == 20


class TestMoney:
    @pytest.mark.parametrize(
        "number",
        ["+81312345678", "+815012345678", "+81120123456", "+81990123456", "+12015550123",
         "+8802012345678", "+818012345", "+8180123456789", "08012345678", "+810000000000"],
    )  # fmt: skip
    def test_is_spent_on_japanese_mobile_numbers_only(self, sender, carrier, number):
        message = promise(recipient=number)

        deliveries.deliver_due(at=NOON)

        assert state_of(message) == "failed"
        assert not carrier.asked

    @pytest.mark.parametrize("start", ["60", "70", "80", "90"])
    def test_reaches_every_mobile_range(self, sender, carrier, start):
        message = promise(recipient=f"+81{start}12345678")

        deliveries.deliver_due(at=NOON)

        assert state_of(message) == "accepted"


class TestCaps:
    def test_one_number_gets_only_so_many_a_day(self, served, carrier):
        set_up_sender(sms_daily_cap_per_number=3)
        messages = [promise(recipient=MOBILE) for _ in range(5)]

        for _ in range(5):
            deliveries.deliver_due(at=NOON)

        states = [state_of(message) for message in messages]
        assert (states.count("accepted"), states.count("failed")) == (3, 2)
        assert len(carrier.accepted_for(MOBILE)) == 3

    def test_the_municipality_sends_only_so_many_a_day(self, served, carrier):
        set_up_sender(sms_daily_cap=3)
        for n in range(5):
            promise(recipient=f"+8170999901{n:02}")

        assert deliveries.deliver_due(at=NOON) == 3
        assert deliveries.deliver_due(at=NOON) == 0
        assert deliveries.deliver_due(at=NOON + timedelta(days=1)) == 2


class TestReceipts:
    def test_that_never_came_are_fetched(self, sender, carrier):
        carrier.usual = Behaviour(
            missing=SILENT, statuses=("sent", "undelivered"), error_code=30003
        )
        message = promise()
        deliveries.deliver_due(at=NOON)
        wait_for(lambda: carrier.accepted_for(MOBILE)[0].status == "undelivered")

        deliveries.sweep(at=NOON + 31 * MINUTE)

        assert state_of(message) == "undelivered"
        assert message.error_code == "30003"
        assert list(Message.objects.for_a_person()) == [message]

    @pytest.mark.parametrize("last_word", ["queued", "sent"])
    def test_that_never_came_leave_it_on_the_list_after_the_wards_hours(
        self, sender, carrier, last_word
    ):
        carrier.usual = Behaviour(missing=SILENT, statuses=(last_word,))
        message = promise(at=NOON)
        deliveries.deliver_due(at=NOON)
        message.refresh_from_db()
        receipts.take(provider_id=message.provider_id, attempt_id=None, status=last_word, at=NOON)

        assert deliveries.sweep(at=NOON + 239 * MINUTE).unheard == 0
        assert deliveries.sweep(at=NOON + 241 * MINUTE).unheard == 1

        assert (state_of(message), message.error_code) == ("unknown", "no_receipt")
        assert list(Message.objects.for_a_person()) == [message]
        assert deliveries.deliver_due(at=NOON + 242 * MINUTE) == 0
        assert deliveries.sweep(at=NOON + 243 * MINUTE).unheard == 0

    def test_that_come_late_take_it_off_the_list_and_a_mere_step_does_not(self, sender, carrier):
        carrier.usual = Behaviour(missing=SILENT, statuses=())
        message = promise(at=NOON)
        deliveries.deliver_due(at=NOON)
        deliveries.sweep(at=NOON + 241 * MINUTE)
        message.refresh_from_db()
        told = {"provider_id": message.provider_id, "attempt_id": None}

        receipts.take(**told, status="sent", at=NOON + 300 * MINUTE)
        assert list(Message.objects.for_a_person()) == [message]

        receipts.take(**told, status="delivered", at=NOON + 301 * MINUTE)
        assert state_of(message) == "delivered"
        assert not Message.objects.for_a_person().exists()

    def test_that_come_late_leave_what_a_person_has_told(self, sender, carrier):
        from notifications import call_list
        from tests import cast

        carrier.usual = Behaviour(missing=SILENT, statuses=())
        message = promise(at=NOON)
        deliveries.deliver_due(at=NOON)
        deliveries.sweep(at=NOON + 241 * MINUTE)
        call_list.resolve(
            message=message, outcome="told", by=cast.staff("operator"), at=NOON + 250 * MINUTE
        )
        message.refresh_from_db()

        receipts.take(
            provider_id=message.provider_id, attempt_id=None, status="undelivered",
            at=NOON + 300 * MINUTE,
        )  # fmt: skip

        assert state_of(message) == "told"

    def test_are_waited_for_as_long_as_the_ward_says_and_never_of_a_mail(self, served, carrier):
        set_up_sender(receipt_hours=12)
        carrier.usual = Behaviour(missing=SILENT, statuses=())
        sms = promise(at=NOON)
        mail = promise(at=NOON, carrier="mail", recipient="dummy@resident.example", subject="件名")
        deliveries.deliver_due(at=NOON)

        assert deliveries.sweep(at=NOON + 11 * 60 * MINUTE).unheard == 0
        assert deliveries.sweep(at=NOON + 13 * 60 * MINUTE).unheard == 1
        assert (state_of(sms), state_of(mail)) == ("unknown", "accepted")

    def test_before_the_answer_do_not_lose_the_attempt(self, sender, carrier, monkeypatch):
        """The carrier's callback can be quicker than its answer to us."""
        from notifications.channels import Answer, Outcome

        message = promise()

        class Overtaken:
            def send(self, dispatch):
                told["attempt"] = dispatch.attempt_id
                return Outcome(Answer.ACCEPTED, provider_id="SM" + "7" * 32)

            def close(self):
                pass

        told = {}
        real_end = _courier.end

        def end_after_the_callback(*given, **named):
            receipts.take(
                provider_id="SM" + "7" * 32,
                attempt_id=told["attempt"],
                status="delivered",
                at=NOON,
            )
            real_end(*given, **named)

        monkeypatch.setattr(_courier, "end", end_after_the_callback)
        monkeypatch.setattr(_courier, "channels_of", lambda row: {Carrier.SMS: Overtaken()})
        deliveries.deliver_due(at=NOON)

        assert state_of(message) == "delivered"

    def test_with_an_id_that_another_try_has_make_this_one_unknown(self, sender, monkeypatch):
        from notifications.channels import Answer, Outcome

        class Mixed:
            def send(self, dispatch):
                return Outcome(Answer.ACCEPTED, provider_id="SM" + "8" * 32)

            def close(self):
                pass

        monkeypatch.setattr(_courier, "channels_of", lambda row: {Carrier.SMS: Mixed()})
        messages = [promise(recipient=f"+81709999020{n}") for n in range(2)]
        deliveries.deliver_due(at=NOON)

        assert sorted(state_of(message) for message in messages) == ["accepted", "unknown"]


def now():
    """The carrier's clock is the real one, so what is looked up there needs it."""
    from django.utils import timezone

    return timezone.now()


def wait_for(true, seconds=3):
    import time

    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_attempts_of_a_stranger_are_not_seen(sender, carrier, tameshi):
    from tenancy.current import serving

    promise()
    deliveries.deliver_due(at=NOON)

    with serving(tameshi):
        assert not receipts.take(
            provider_id=carrier.accepted_for(MOBILE)[0].sid,
            attempt_id=uuid.uuid4(),
            status="delivered",
            at=NOON,
        )
        assert not Attempt.objects.exists()
