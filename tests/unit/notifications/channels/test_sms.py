"""The SMS channel against a carrier that misbehaves: what is known, and what is not."""

import logging
import socket
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from notifications.channels import Answer, Dispatch, Outcome, Seen, sms
from notifications.channels.sms import Sms, SmsAccount
from simulator import Behaviour, Creation

MOBILE = "+819012345678"
SID = "AC" + "1" * 32
TOKEN = "dummy-token"


def account(here, **changes):
    plain = SmsAccount(SID, TOKEN, "Mihon", "https://hooks.mihon.example/receipts", here.url)
    return replace(plain, **changes)


@pytest.fixture
def channel(here, monkeypatch):
    monkeypatch.setattr(sms, "READ_SECONDS", 0.4)
    opened = Sms(account(here))
    yield opened
    opened.close()


def dispatch(to=MOBILE, body="【見本市】7月1日(水)10:30"):
    return Dispatch(attempt_id=uuid.uuid4(), recipient=to, body=body)


class TestSending:
    def test_hands_over_words_sender_receipt_address_and_validity(self, channel, here):
        one = dispatch()

        outcome = channel.send(one)

        (held,) = here.carrier.accepted_for(MOBILE)
        assert outcome == Outcome(Answer.ACCEPTED, provider_id=held.sid)
        assert (held.body, held.sender) == (one.body, "Mihon")
        assert (
            held.status_callback == f"https://hooks.mihon.example/receipts?attempt={one.attempt_id}"
        )
        assert here.carrier.asked[0].form["ValidityPeriod"] == "600"

    @pytest.mark.parametrize(
        ("behaviour", "answer", "code", "accepted"),
        [
            (Behaviour(creation=Creation.TOO_MANY), Answer.LATER, "20429", 0),
            (Behaviour(creation=Creation.REFUSE, error=21611), Answer.LATER, "21611", 0),
            (Behaviour(creation=Creation.REFUSE, error=21610), Answer.REFUSED, "21610", 0),
            (Behaviour(creation=Creation.REFUSE, error=21614), Answer.REFUSED, "21614", 0),
            (Behaviour(creation=Creation.REFUSE, error=21408), Answer.HALTED, "21408", 0),
            (Behaviour(creation=Creation.UNAVAILABLE), Answer.UNKNOWN, "503", 0),
            (Behaviour(creation=Creation.UNAVAILABLE_AFTER_ACCEPT), Answer.UNKNOWN, "503", 1),
            (Behaviour(creation=Creation.HANG, hang_seconds=1), Answer.UNKNOWN, "silence", 0),
            (
                Behaviour(creation=Creation.HANG_AFTER_ACCEPT, hang_seconds=1),
                Answer.UNKNOWN,
                "silence",
                1,
            ),
            (Behaviour(creation=Creation.CLOSE), Answer.UNKNOWN, "broken", 0),
            (Behaviour(creation=Creation.CLOSE_AFTER_ACCEPT), Answer.UNKNOWN, "broken", 1),
        ],
    )
    def test_says_only_what_it_knows_and_asks_once(
        self, channel, here, behaviour, answer, code, accepted
    ):
        here.carrier.behave(MOBILE, behaviour)

        outcome = channel.send(dispatch())

        assert outcome == Outcome(answer, error_code=code)
        assert len(here.carrier.accepted_for(MOBILE)) == accepted
        assert len(here.carrier.asked) == 1

    def test_is_halted_by_a_wrong_token(self, here):
        channel = Sms(account(here, token="old"))

        assert channel.send(dispatch()) == Outcome(Answer.HALTED, error_code="20003")
        channel.close()

    def test_may_come_again_when_nobody_listens(self, here):
        with socket.socket() as taken:  # bound, not listening: a refused connection
            taken.bind(("127.0.0.1", 0))
            channel = Sms(account(here, carrier_url=f"http://127.0.0.1:{taken.getsockname()[1]}"))

            assert channel.send(dispatch()) == Outcome(Answer.LATER, error_code="connect")
        channel.close()

    def test_writes_no_recipient_into_a_log(self, channel, caplog):
        caplog.set_level(logging.INFO)

        channel.send(dispatch())
        channel.find(dispatch(), tried_at=datetime.now(UTC))

        assert MOBILE[1:] not in caplog.text
        assert MOBILE not in repr(dispatch())
        assert TOKEN not in repr(channel._account)

    def test_gives_every_thread_its_own_answer(self, channel, here):
        numbers = [f"+8190{n:08}" for n in range(20000000, 20000200)]

        with ThreadPoolExecutor(16) as threads:
            outcomes = list(threads.map(lambda n: channel.send(dispatch(to=n)), numbers))

        got = {o.provider_id: n for o, n in zip(outcomes, numbers, strict=True)}
        assert got == {held.sid: held.to for held in here.carrier.messages.values()}

    def test_the_mix_up_is_real_with_one_client_for_all_threads(self, channel, here, monkeypatch):
        """If this ever fails, the test above proves nothing."""
        numbers = [f"+8190{n:08}" for n in range(20000000, 20000100)]
        one = channel._client()

        def keep(http, response):
            if response is not None:
                http.__dict__["kept"] = response
            time.sleep(0.001)  # widens the window between keeping the answer and handing it back

        slow = property(lambda http: http.__dict__["kept"], keep)
        monkeypatch.setattr(type(one.http_client), "_test_only_last_response", slow, raising=False)
        monkeypatch.setattr(channel, "_client", lambda: one)
        with ThreadPoolExecutor(8) as threads:
            outcomes = list(threads.map(lambda n: channel.send(dispatch(to=n)), numbers))

        truth = {held.to: held.sid for held in here.carrier.messages.values()}
        wrong = [n for o, n in zip(outcomes, numbers, strict=True) if o.provider_id != truth[n]]
        assert wrong


class TestFinding:
    def test_finds_what_was_accepted_without_an_answer(self, channel, here):
        here.carrier.behave(MOBILE, Behaviour(creation=Creation.CLOSE_AFTER_ACCEPT, statuses=()))
        one = dispatch()
        begun = datetime.now(UTC)
        assert channel.send(one).answer is Answer.UNKNOWN

        found = channel.find(one, tried_at=begun)

        (held,) = here.carrier.accepted_for(MOBILE)
        assert held.sent_at is None  # still waiting at the carrier: a date filter would miss it
        assert found == (held.sid,)

    def test_finds_nothing_when_the_carrier_never_had_it(self, channel, here):
        here.carrier.behave(MOBILE, Behaviour(creation=Creation.CLOSE, times=1))
        one = dispatch()
        channel.send(one)
        channel.send(dispatch(body="別の文面"))

        assert channel.find(one, tried_at=datetime.now(UTC)) == ()

    def test_leaves_older_messages_alone(self, channel):
        one = dispatch()
        channel.send(one)

        assert channel.find(one, tried_at=datetime.now(UTC) + timedelta(minutes=5)) == ()

    def test_does_not_know_when_the_carrier_cannot_say(self, here):
        channel = Sms(account(here, token="old"))

        assert channel.find(dispatch(), tried_at=datetime.now(UTC)) is None
        assert channel.look("SM" + "0" * 32) is None
        channel.close()

    def test_looks_how_far_a_message_has_come(self, channel, here):
        here.carrier.behave(MOBILE, Behaviour(statuses=("undelivered",), error_code=30003))
        sid = channel.send(dispatch()).provider_id
        time.sleep(0.2)

        assert channel.look(sid) == Seen("undelivered", "30003")
