"""The real twilio client against our carrier."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from simulator import Behaviour, Creation

MOBILE = "+819012345678"
SID = "AC" + "1" * 32


def send(twilio, to=MOBILE, **given):
    return twilio.messages.create(**{"to": to, "from_": "Mihon", "body": "見本市です。"} | given)


class TestCreation:
    def test_answers_with_a_sid_and_the_first_status(self, twilio):
        message = send(twilio)

        assert message.sid.startswith("SM")
        assert len(message.sid) == 34
        assert message.status == "queued"
        assert message.num_segments == "1"
        assert message.date_created.tzinfo is not None

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"to": "+81901234"}, 21211),
            ({"to": "09012345678"}, 21211),
            ({"to": "+81312345678"}, 21614),
            ({"to": "+815012345678"}, 21614),
            ({"to": "+12015550123"}, 21408),
            ({"to": "+447400123456"}, 21408),
            ({"body": "あ" * 1601}, 21617),
            ({"body": ""}, 21602),
            ({"from_": "#!"}, 21212),
            ({"status_callback": "https://under_score.example/x"}, 21609),
            ({"validity_period": 36001}, 20001),
        ],
    )
    def test_refuses_what_twilio_refuses(self, twilio, here, given, code):
        with pytest.raises(TwilioRestException) as refusal:
            send(twilio, **given)

        assert (refusal.value.status, refusal.value.code) == (400, code)
        assert not here.carrier.messages

    @pytest.mark.parametrize("number", ["+816012345678", "+817012345678", "+818012345678"])
    def test_takes_every_japanese_mobile_range(self, twilio, number):
        assert send(twilio, to=number).status == "queued"

    def test_refuses_a_number_that_opted_out_of_this_sender_only(self, twilio, here):
        here.carrier.opted_out.add(("Mihon", MOBILE))

        with pytest.raises(TwilioRestException) as refusal:
            send(twilio)

        assert refusal.value.code == 21610
        assert send(twilio, from_="Other").status == "queued"

    @pytest.mark.parametrize(("sid", "token"), [(SID, "wrong"), ("AC" + "2" * 32, "dummy-token")])
    def test_refuses_a_wrong_token_and_a_stranger(self, here, sid, token):
        stranger = Client(sid, token, http_client=TwilioHttpClient(timeout=1))
        stranger.api.base_url = here.url

        with pytest.raises(TwilioRestException) as refusal:
            send(stranger)

        stranger.http_client.session.close()
        assert (refusal.value.status, refusal.value.code) == (401, 20003)
        assert not here.carrier.messages

    def test_refuses_more_at_once_than_the_account_may(self, twilio, here):
        here.carrier.concurrency_limit = 2
        here.carrier.usual = Behaviour(answer_seconds=0.2)

        def one(_):
            try:
                return send(twilio).status
            except TwilioRestException as refusal:
                return refusal.code

        with ThreadPoolExecutor(8) as callers:
            outcome = sorted(map(str, callers.map(one, range(8))))

        assert outcome == ["20429"] * 6 + ["queued"] * 2
        assert len(here.carrier.messages) == 2


class TestMisbehaviour:
    @pytest.mark.parametrize(
        ("creation", "status", "accepted"),
        [
            (Creation.TOO_MANY, 429, 0),
            (Creation.UNAVAILABLE, 503, 0),
            (Creation.UNAVAILABLE_AFTER_ACCEPT, 503, 1),
        ],
    )
    def test_answers_an_error_and_keeps_the_message_or_not(
        self, twilio, here, creation, status, accepted
    ):
        here.carrier.behave(MOBILE, Behaviour(creation=creation))

        with pytest.raises(TwilioRestException) as refusal:
            send(twilio)

        assert refusal.value.status == status
        assert len(here.carrier.accepted_for(MOBILE)) == accepted

    @pytest.mark.parametrize(
        ("creation", "broken", "accepted"),
        [
            (Creation.HANG, requests.ReadTimeout, 0),
            (Creation.HANG_AFTER_ACCEPT, requests.ReadTimeout, 1),
            (Creation.CLOSE, requests.ConnectionError, 0),
            (Creation.CLOSE_AFTER_ACCEPT, requests.ConnectionError, 1),
        ],
    )
    def test_leaves_the_caller_without_an_answer(self, twilio, here, creation, broken, accepted):
        here.carrier.behave(MOBILE, Behaviour(creation=creation, hang_seconds=2))

        with pytest.raises(broken):
            send(twilio)

        assert len(here.carrier.accepted_for(MOBILE)) == accepted
        assert len(here.carrier.asked) == 1

    def test_becomes_honest_after_the_given_times(self, twilio, here):
        here.carrier.behave(MOBILE, Behaviour(creation=Creation.TOO_MANY, times=1))

        with pytest.raises(TwilioRestException):
            send(twilio)

        assert send(twilio).status == "queued"


class TestFinding:
    def test_lists_by_number_and_day_the_newest_first_page_by_page(self, twilio, here):
        sids = [send(twilio, body=f"{n}回目").sid for n in range(5)]
        send(twilio, to="+818012345678")
        yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        assert eventually(lambda: all(h.sent_at for h in list(here.carrier.messages.values())))

        found = twilio.messages.list(to=MOBILE, date_sent_after=yesterday, page_size=2)

        assert [message.sid for message in found] == sids[::-1]
        assert not twilio.messages.list(to=MOBILE, date_sent_before=yesterday)

    def test_finds_no_date_on_a_message_that_has_not_left(self, twilio, here):
        here.carrier.behave(MOBILE, Behaviour(statuses=()))
        send(twilio)
        yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)

        assert not twilio.messages.list(to=MOBILE, date_sent_after=yesterday)
        assert len(twilio.messages.list(to=MOBILE)) == 1

    def test_fetches_redacts_cancels_and_forgets_one(self, twilio, here):
        here.carrier.behave(MOBILE, Behaviour(statuses=()))
        message = twilio.messages(send(twilio).sid)

        assert message.fetch().body == "見本市です。"
        assert message.update(body="").body == ""
        assert message.update(status="canceled").status == "canceled"
        assert message.delete()
        with pytest.raises(TwilioRestException):
            message.fetch()


def eventually(true, seconds=3):
    import time

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.01)
    return False
