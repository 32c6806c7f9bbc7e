"""Status callbacks as a listener sees them, checked with Twilio's own validator."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl

import pytest
import requests
from twilio.request_validator import RequestValidator

from simulator import Behaviour

MOBILE = "+819012345678"
TOKEN = "dummy-token"


class Heard(ThreadingHTTPServer):
    daemon_threads = True


@pytest.fixture
def listener():
    heard = []

    class Listen(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            heard.append((self.path, self.headers, form))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = Heard(("127.0.0.1", 0), Listen)
    thread = Thread(target=server.serve_forever)
    thread.start()
    server.heard = heard
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def told(here, listener):
    """Send one message and hand back what the listener heard of it."""
    here.carrier.callback_origin = f"http://127.0.0.1:{listener.server_port}"

    def send(twilio, behaviour, count):
        here.carrier.behave(MOBILE, behaviour)
        twilio.messages.create(
            to=MOBILE,
            from_="Mihon",
            body="見本市です。",
            status_callback="https://hooks.mihon.example/receipts?attempt=7",
        )
        until = time.monotonic() + 3
        while len(listener.heard) < count and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.1)
        return list(listener.heard)

    return send


def signed_by(token, path, headers, form):
    url = f"https://{headers['Host']}{path}"
    return RequestValidator(token).validate(url, form, headers["X-Twilio-Signature"])


class TestAnHonestCarrier:
    def test_tells_sent_then_delivered_under_the_public_name(self, twilio, told):
        heard = told(twilio, Behaviour(), 2)

        assert [form["MessageStatus"] for _, _, form in heard] == ["sent", "delivered"]
        assert all(signed_by(TOKEN, *one) for one in heard)
        assert not any(signed_by("other", *one) for one in heard)
        path, headers, last = heard[-1]
        assert (path, headers["Host"]) == ("/receipts?attempt=7", "hooks.mihon.example")
        assert len(last["RawDlrDoneDate"]) == 10
        assert last["SmsSid"] == last["MessageSid"]
        assert "RawDlrDoneDate" not in heard[0][2]

    def test_names_the_error_of_a_message_that_did_not_arrive(self, twilio, told, here):
        heard = told(twilio, Behaviour(statuses=("sent", "undelivered"), error_code=30003), 2)

        assert heard[-1][2]["ErrorCode"] == "30003"
        assert here.carrier.accepted_for(MOBILE)[0].error_code == 30003


class TestAHostileCarrier:
    def test_tells_in_reverse(self, twilio, told):
        heard = told(twilio, Behaviour(order="reversed"), 2)

        assert [form["MessageStatus"] for _, _, form in heard] == ["delivered", "sent"]

    def test_repeats_itself_with_the_same_token(self, twilio, told):
        heard = told(twilio, Behaviour(statuses=("delivered",), copies=3), 3)

        assert len(heard) == 3
        assert len({headers["I-Twilio-Idempotency-Token"] for _, headers, _ in heard}) == 1

    def test_keeps_silent(self, twilio, told, here):
        heard = told(twilio, Behaviour(missing=("all",)), 0)

        assert heard == []
        assert here.carrier.accepted_for(MOBILE)[0].status == "delivered"

    def test_lets_forgeries_through_that_do_not_verify(self, twilio, told):
        heard = told(twilio, Behaviour(statuses=("delivered",), forged=1), 2)

        assert [signed_by(TOKEN, *one) for one in heard] == [False, True]

    def test_is_late(self, twilio, told):
        begun = time.monotonic()

        told(twilio, Behaviour(statuses=("delivered",), delay_seconds=0.4), 1)

        assert time.monotonic() - begun >= 0.4

    def test_says_more_when_asked_by_the_control_board(self, twilio, told, here, listener):
        told(twilio, Behaviour(), 2)
        sid = here.carrier.accepted_for(MOBILE)[0].sid

        answer = requests.post(
            f"{here.url}/_control/messages/{sid}/callback",
            json={"status": "sent", "token": "another account's"},
            timeout=3,
        )

        assert answer.json() == [200]
        assert not signed_by(TOKEN, *listener.heard[-1])
        assert requests.get(f"{here.url}/_control/told", timeout=3).json()[-1]["forged"] is True


class TestPages:
    def test_show_what_came_without_executing_it(self, twilio, here):
        twilio.messages.create(to=MOBILE, from_="Mihon", body="<script>1</script>")

        page = requests.get(here.url, timeout=3)

        assert "&lt;script&gt;" in page.text
        assert "<script>" not in page.text
        assert "1通分" in page.text

    def test_refuse_a_behaviour_nobody_knows(self, here):
        wrong = requests.put(f"{here.url}/_control/behaviours/{MOBILE}", json={"x": 1}, timeout=3)

        assert (wrong.status_code, wrong.text) == (400, "unknown: x")

    def test_count_repeated_texts(self, twilio, here):
        for _ in range(3):
            twilio.messages.create(to=MOBILE, from_="Mihon", body="同じ")

        tally = requests.get(f"{here.url}/_control/tally", timeout=3).json()

        assert (tally["accepted"], tally["repeated"]) == (3, 2)
