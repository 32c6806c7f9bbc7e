"""A form sent after the session had ended is not lost, and is nobody else's (T22)."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from callcentre.models import Call, CallNote
from privacy import laid_by, second_factor
from tests import cast
from tests.serving import TOTP_SECRET, desk, with_second_factor

PAGE = "/account/sent-too-late/"
TEXT = "折り返しは午後をご希望　見本 太郎様"
NOTE = {"reason": "book", "outcome": "claimed", "text": TEXT, "then": "ready"}
KEPT, LOST = "暗号化して30分間保管しています", "送られていません。パスワードやファイル"


@pytest.fixture
def operator(served):
    return with_second_factor(cast.staff("operator"))


@pytest.fixture
def wrapping_up(operator):
    """The console, a call just over, and half an hour of silence."""
    client = desk(operator)
    client.post("/console/calls/start/")
    client.post("/console/calls/wrap-up/")
    assert Call.objects.get().state == "wrap_up"
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        yield client


def send(client, path, sent, **more):
    """As a browser sends a form without files."""
    return client.post(path, urlencode(sent), content_type=laid_by.FORM, **more)


def sign_in(client, staff, *, wanted=PAGE):
    client.post("/sign-in/", {"login": staff.login_name, "password": "a-long-dummy-password", "next": wanted})  # fmt: skip
    code = second_factor.code_at(TOTP_SECRET, timezone.now())
    return client.post("/sign-in/code/", {"code": code})


def hidden(page):
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


class TestANote:
    def test_comes_back_after_the_sign_in_and_is_sent(self, wrapping_up, operator):
        told = send(wrapping_up, "/console/calls/end/", NOTE, follow=True)
        assert KEPT in told.text
        assert not CallNote.objects.exists()

        assert sign_in(wrapping_up, operator)["Location"] == PAGE
        assert TEXT in wrapping_up.get(PAGE).text
        going_on = wrapping_up.post(PAGE, {"what": "send"})
        assert 'action="/console/calls/end/"' in going_on.text
        wrapping_up.post("/console/calls/end/", {k: v for k, v in hidden(going_on).items() if k in NOTE})  # fmt: skip

        assert CallNote.objects.get().text == TEXT
        assert wrapping_up.get(PAGE).status_code == 302  # it waits no more

    def test_is_ciphertext_meanwhile(self, wrapping_up):
        send(wrapping_up, "/console/calls/end/", NOTE)
        (row,) = Session.objects.all()

        assert laid_by.KEY in row.get_decoded()
        assert "見本" not in str(row.get_decoded())

    def test_can_be_thrown_away(self, wrapping_up, operator):
        send(wrapping_up, "/console/calls/end/", NOTE)
        sign_in(wrapping_up, operator)

        assert wrapping_up.post(PAGE, {"what": "discard"}).status_code == 302
        assert laid_by.KEY not in wrapping_up.session

    def test_is_shown_to_nobody_else(self, wrapping_up):
        colleague = with_second_factor(cast.staff("operator"))
        send(wrapping_up, "/console/calls/end/", NOTE)
        sign_in(wrapping_up, colleague)
        page = wrapping_up.get(PAGE, follow=True)

        assert "保管している内容はありません。" in page.text
        assert TEXT not in page.text
        assert laid_by.KEY not in wrapping_up.session

    def test_waits_for_half_an_hour(self, wrapping_up, operator):
        send(wrapping_up, "/console/calls/end/", NOTE)
        with time_machine.travel(timezone.now() + timedelta(minutes=30, seconds=1), tick=False):
            sign_in(wrapping_up, operator)

            assert wrapping_up.get(PAGE).status_code == 302

    def test_another_window_that_found_the_session_dead_first_takes_nothing(self, wrapping_up):
        wrapping_up.get("/console/")

        assert KEPT in send(wrapping_up, "/console/calls/end/", NOTE, follow=True).text


class TestNotKept:
    def test_a_stranger_s(self, served):
        client = desk(None)

        assert send(client, "/console/calls/end/", NOTE)["Location"] == "/sign-in/?next=/"
        assert laid_by.KEY not in client.session

    @pytest.mark.parametrize(
        "sent",
        [NOTE | {"password": "x"}, NOTE | {"sms_token": "x"}, NOTE | {"text": "長" * 22_000}],
    )
    def test_secrets_and_what_is_too_long_and_it_is_said(self, wrapping_up, sent):
        page = send(wrapping_up, "/console/calls/end/", sent, follow=True)

        assert LOST in page.text
        assert laid_by.KEY not in wrapping_up.session

    def test_files_and_it_is_said(self, wrapping_up):
        page = wrapping_up.post("/console/calls/end/", NOTE, follow=True)  # multipart

        assert LOST in page.text
        assert laid_by.KEY not in wrapping_up.session

    def test_after_signing_out_by_oneself(self, operator):
        client = desk(operator)
        client.post("/sign-out/")
        send(client, "/console/calls/end/", NOTE)

        assert laid_by.KEY not in client.session

    def test_one_s_own_account_s_forms(self, wrapping_up):
        send(wrapping_up, "/account/recovery-codes/", {"code": "123456"})

        assert laid_by.KEY not in wrapping_up.session


class TestWhatWeighsMost:
    def test_is_shown_to_copy_and_never_sent(self, served):
        officer = with_second_factor(cast.staff("ward_officer"))
        client = desk(officer)
        with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
            send(client, "/sender/", {"reason": "夜間の苦情のため"})
            sign_in(client, officer)
            page = client.get(PAGE).text
            answer = client.post(PAGE, {"what": "send"})

        assert "夜間の苦情のため" in page
        assert 'value="send"' not in page
        assert answer.status_code == 302
