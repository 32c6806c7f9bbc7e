"""A staff session ends when idle, old, replaced, or when its account loses rights (T20, T22)."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from tenancy import accounts, sessions
from tests import cast
from tests.serving import desk

COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def operator(served):
    return cast.staff("operator")


@pytest.fixture
def keeper(served):
    return cast.staff("contractor")


@pytest.fixture
def at_work(operator):
    return desk(operator)


def is_in(client):
    return client.get("/").status_code == 200


def after(**passed):
    return time_machine.travel(timezone.now() + timedelta(**passed), tick=False)


class TestAge:
    def test_lives_while_somebody_works(self, at_work):
        for minutes in range(20, 700, 20):
            with after(minutes=minutes):
                assert is_in(at_work), minutes

    def test_ends_after_half_an_hour_of_nothing(self, at_work):
        with after(minutes=29):
            assert is_in(at_work)
        with after(minutes=29 + 31):
            assert not is_in(at_work)

    def test_ends_after_twelve_hours_in_any_case(self, at_work):
        for minutes in range(20, 720, 20):
            with after(minutes=minutes):
                at_work.get("/")
        with after(hours=12, seconds=1):
            assert not is_in(at_work)

    def test_is_not_kept_alive_by_a_page_that_asks_by_itself(self, at_work):
        for minutes in range(5, 31, 5):
            with after(minutes=minutes):
                at_work.get("/", headers={sessions.BY_ITSELF: "1"})
        with after(minutes=31):
            assert not is_in(at_work)

    def test_an_ended_session_is_gone_from_the_database(self, at_work, operator):
        from django.contrib.sessions.models import Session

        before = at_work.cookies[COOKIE].value
        with after(minutes=31):
            at_work.get("/")

        assert not Session.objects.filter(pk=before).exists()
        assert dict(at_work.session) == {sessions.WAS: str(operator.pk)}  # a name, no right


class TestRights:
    @pytest.mark.parametrize("loss", ["role", "disable", "password", "reset", "own password"])
    def test_a_loss_of_rights_ends_every_session(self, operator, keeper, loss):
        here, there = desk(operator), desk(operator)
        now = timezone.now()
        told = {"staff": operator, "reason": "試験", "by": keeper, "at": now}
        if loss == "role":
            accounts.change_role(role="venue_staff", **told)
        elif loss == "disable":
            accounts.disable(**told)
        elif loss == "password":
            accounts.issue_password(**told)
        elif loss == "own password":
            accounts.change_own_password(staff=operator, password="x" * 20, at=now)
        else:
            reset = accounts.ask_reset(**told)
            accounts.grant_reset(reset=reset, by=cast.staff("contractor"), at=now)

        assert not is_in(here)
        assert not is_in(there)

    def test_one_s_own_password_keeps_the_session_that_changed_it(self, operator):
        here, there = desk(operator), desk(operator)
        before = here.cookies[COOKIE].value
        own = "kasumi-tanagokoro-2026"

        here.post("/account/password/", {"present": "a-long-dummy-password", "new": own, "again": own})  # fmt: skip

        assert is_in(here)
        assert not is_in(there)
        assert here.cookies[COOKIE].value != before


class TestParallel:
    def test_two_at_once_and_the_oldest_ends_with_a_third(self, operator):
        first, second, third = desk(operator), desk(operator), desk(operator)

        assert [is_in(one) for one in (first, second, third)] == [False, True, True]
        keys = [one.cookies[COOKIE].value for one in (second, third)]
        assert sessions.find(keys[0], at=timezone.now()) == operator
        assert set(sessions.living(keys, at=timezone.now())) == set(keys)

    def test_a_socket_of_the_oldest_dies_too(self, operator):
        key = desk(operator).cookies[COOKIE].value
        desk(operator), desk(operator)

        assert sessions.living([key], at=timezone.now()) == {}

    def test_those_of_another_account_stay(self, operator, keeper):
        of_keeper = desk(keeper)
        for _time in range(3):
            desk(operator)

        assert is_in(of_keeper)


class TestFixation:
    def test_signing_in_gives_another_key(self, operator):
        from privacy import second_factor
        from tests.serving import TOTP_SECRET, with_second_factor

        with_second_factor(operator)
        client = desk(None)
        client.post("/sign-in/", {"login": operator.login_name, "password": "a-long-dummy-password"})  # fmt: skip
        planted = client.cookies[COOKIE].value
        code = second_factor.code_at(TOTP_SECRET, timezone.now())
        client.post("/sign-in/code/", {"code": code})

        assert client.cookies[COOKIE].value != planted
        stranger = desk(None)
        stranger.cookies[COOKIE] = planted
        assert not is_in(stranger)


class TestForSockets:
    def test_finds_whose_session_it_is(self, operator, at_work):
        found = sessions.find(at_work.cookies[COOKIE].value, at=timezone.now())

        assert found == operator

    def test_finds_nobody_after_a_loss_of_rights(self, operator, keeper, at_work):
        now = timezone.now()
        accounts.change_role(staff=operator, role="auditor", reason="試験", by=keeper, at=now)

        assert sessions.find(at_work.cookies[COOKIE].value, at=now) is None

    def test_finds_nobody_in_an_idle_or_unknown_session(self, at_work):
        late = timezone.now() + timedelta(minutes=31)

        assert sessions.find(at_work.cookies[COOKIE].value, at=late) is None
        assert sessions.find("x" * 32, at=timezone.now()) is None

    def test_finds_nobody_before_the_second_factor(self, operator):
        client = desk(None)
        client.force_login(operator)

        assert sessions.find(client.cookies[COOKIE].value, at=timezone.now()) is None


class TestCookies:
    def test_carry_every_guard(self, operator):
        client = desk(None)
        given = {"login": operator.login_name, "password": "a-long-dummy-password"}
        session = client.post("/sign-in/", given).cookies[COOKIE]
        token = client.get("/sign-in/").cookies.get(settings.CSRF_COOKIE_NAME) or client.cookies[settings.CSRF_COOKIE_NAME]  # fmt: skip
        answer = client.post("/language/", {"language": "en"})
        language = answer.cookies[settings.LANGUAGE_COOKIE_NAME]

        for cookie in (session, language, token):
            assert cookie.key.startswith("__Host-")
            assert cookie["secure"]
            assert cookie["httponly"]
            assert cookie["path"] == "/"
            assert cookie["domain"] == ""
            assert cookie["samesite"] == "Lax"
