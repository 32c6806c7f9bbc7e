"""People see where they are signed in and end it there, sockets and all (T20, T22)."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from privacy.models import AccessEntry
from tenancy import accounts, devices, live, sessions, sign_ins
from tenancy.models import SignIn, Staff
from tests import cast
from tests.serving import desk

COOKIE = settings.SESSION_COOKIE_NAME
PAGE = "/account/sign-ins/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def operator(served):
    return cast.staff("operator")


def token(client):
    return client.session[sessions.SIGN_IN]


def is_in(client):
    return client.get("/").status_code == 200


def after(**passed):
    return time_machine.travel(timezone.now() + timedelta(**passed), tick=False)


def sign_in(staff, **meta):
    """Through the doors: name, password, code."""
    from privacy import second_factor
    from tests.serving import TOTP_SECRET, with_second_factor

    with_second_factor(staff)
    client = desk(None)
    client.post("/sign-in/", {"login": staff.login_name, "password": "a-long-dummy-password"}, **meta)  # fmt: skip
    code = second_factor.code_at(TOTP_SECRET, timezone.now())
    assert client.post("/sign-in/code/", {"code": code}, **meta).status_code == 302
    return client


class TestThePage:
    def test_tells_device_and_network_and_marks_this_one(self, operator):
        here = sign_in(operator, HTTP_USER_AGENT=CHROME, REMOTE_ADDR="203.0.113.77")
        page = here.get(PAGE, HTTP_USER_AGENT=CHROME).text

        assert "Chrome / Windows" in page
        assert "203.0.113.0/24" in page
        assert "203.0.113.77" not in page
        assert page.count("この端末</") == 1
        assert "ほかの端末ではログインしていません。" in page
        assert token(here) not in page  # there is nothing to end here: that is signing out

    def test_tells_when_each_was_used_last(self, operator):
        here, there = desk(operator), desk(operator)
        with after(minutes=20):
            is_in(there)
            seen = {row.token: row.seen_at for row in sign_ins.of(fresh(operator), at=timezone.now())}  # fmt: skip

        assert seen[token(there)] - seen[token(here)] > timedelta(minutes=19)

    def test_shows_no_idle_ended_or_signed_out_one(self, operator):
        first, second = desk(operator), desk(operator)
        second.post("/sign-out/")
        assert listed(operator) == [token(first)]
        with after(minutes=31):
            third = desk(operator)
            assert listed(operator) == [token(third)]

    def test_shows_nobody_else_s(self, operator):
        desk(operator)
        other = cast.staff("operator")
        mine = desk(other)

        assert listed(other) == [token(mine)]

    def test_a_loss_of_rights_empties_it(self, operator):
        desk(operator)
        keeper = cast.staff("contractor")
        accounts.end_sessions(staff=operator, reason="試験", by=keeper, at=timezone.now())

        assert listed(operator) == []

    def test_one_s_own_new_password_leaves_this_one(self, operator):
        here, _there = desk(operator), desk(operator)
        own = "kasumi-tanagokoro-2026"
        here.post("/account/password/", {"present": "a-long-dummy-password", "new": own, "again": own})  # fmt: skip

        assert listed(operator) == [token(here)]

    def test_a_third_sign_in_takes_the_oldest_away(self, operator):
        clients = [desk(operator) for _time in range(3)]

        assert set(listed(operator)) == {token(one) for one in clients[1:]}
        assert SignIn.objects.filter(staff=operator).count() == 2


class TestEnding:
    def test_ends_that_one_and_leaves_this(self, operator):
        here, there = desk(operator), desk(operator)
        page = here.post(f"{PAGE}{token(there)}/end/", follow=True).text

        assert "そのログインを終了しました。" in page
        assert is_in(here)
        assert not is_in(there)
        assert AccessEntry.objects.filter(what="session_ended", staff_id=operator.pk).count() == 1

    def test_its_sockets_are_told_and_find_nobody(
        self, operator, monkeypatch, django_capture_on_commit_callbacks
    ):
        rung = []
        monkeypatch.setattr(live, "doorbell", lambda code, ring: rung.append((code, ring["topic"])))
        here, there = desk(operator), desk(operator)
        keys = [one.cookies[COOKIE].value for one in (here, there)]
        with django_capture_on_commit_callbacks(execute=True):
            sign_ins.end_others(token=token(here), by=operator)

        assert ("999997", f"staff.{operator.pk}") in rung
        assert set(sessions.living(keys, at=timezone.now())) == {keys[0]}
        assert sessions.find(keys[1], at=timezone.now()) is None

    def test_all_others_at_once(self, operator):
        here, there = desk(operator), desk(operator)
        page = here.post(f"{PAGE}others/end/", follow=True).text

        assert "ほかの1件のログインを終了しました。" in page
        assert (is_in(here), is_in(there)) == (True, False)

    def test_somebody_else_s_cannot_be_ended(self, operator):
        here, other = desk(operator), desk(cast.staff("operator"))
        page = here.post(f"{PAGE}{token(other)}/end/", follow=True).text

        assert "もう終了しています。" in page
        assert is_in(other)

    def test_wants_a_fresh_second_factor(self, operator):
        here, there = desk(operator), desk(operator)
        with after(minutes=6):
            assert here.post(f"{PAGE}{token(there)}/end/").status_code == 403
            assert here.post(f"{PAGE}others/end/").status_code == 403
            assert is_in(there)

    def test_the_session_would_live_on_if_only_the_line_went(self, operator):
        """The danger: what is shown is not what opens doors."""
        _here, there = desk(operator), desk(operator)
        SignIn.objects.filter(token=token(there)).delete()

        assert is_in(there)
        assert Session.objects.filter(pk=there.cookies[COOKIE].value).exists()


class TestWords:
    @pytest.mark.parametrize(
        ("given", "words"),
        [
            (CHROME, "Chrome / Windows"),
            (FIREFOX, "Firefox / Linux"),
            (CHROME + " Edg/140.0.0.0", "Edge / Windows"),
            ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1", "Safari / iPad"),
            ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", "Chrome / Android"),
            ("<script>alert(1)</script>", ""),
            ("", ""),
        ],
    )  # fmt: skip
    def test_of_a_device_are_our_own(self, given, words):
        assert devices.words_of(given) == words

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
            ("nonsense", ""),
            ("", ""),
        ],
    )
    def test_of_a_network_are_no_address(self, address, network):
        assert devices.network_of(address) == network


def fresh(staff):
    return Staff.objects.get(pk=staff.pk)


def listed(staff):
    return [row.token for row in sign_ins.of(fresh(staff), at=timezone.now())]
