"""Signing in: name, password and a code; nothing less opens anything."""

import pytest
from django.utils import timezone

from privacy import second_factor
from tests import cast
from tests.serving import TOTP_SECRET, desk, with_second_factor

PASSWORD = "a-long-dummy-password"


@pytest.fixture
def operator(served):
    return with_second_factor(cast.staff("operator", login_name="operator-a"))


@pytest.fixture
def visitor(served):
    return desk(None)


def give_password(client, name="operator-a", password=PASSWORD):
    return client.post("/sign-in/", {"login": name, "password": password})


def give_code(client, code=None):
    code = code or second_factor.code_at(TOTP_SECRET, timezone.now())
    return client.post("/sign-in/code/", {"code": code})


class TestSigningIn:
    def test_takes_a_password_and_then_a_code(self, operator, visitor):
        first = give_password(visitor)
        second = give_code(visitor)
        home = visitor.get("/")

        assert (first.status_code, first["Location"]) == (302, "/sign-in/code/")
        assert (second.status_code, second["Location"]) == (302, "/")
        assert home.status_code == 200
        assert operator.display_name in home.text

    def test_a_password_alone_opens_nothing(self, operator, visitor):
        give_password(visitor)

        for path in ("/", "/account/password/", "/account/second-factor/"):
            assert visitor.get(path)["Location"].startswith("/sign-in/")

    def test_a_wrong_password_says_no_more_than_an_unknown_name(self, operator, visitor):
        wrong = give_password(visitor, password="x" * 20)
        unknown = give_password(visitor, name="nobody")

        assert wrong.status_code == unknown.status_code == 422
        assert "ログイン名またはパスワードが違います" in wrong.text
        assert wrong.text.count("違います") == unknown.text.count("違います")

    def test_leads_back_to_the_page_that_was_wanted(self, operator, visitor):
        asked = visitor.get("/account/recovery-codes/")
        visitor.post(asked["Location"], {"login": "operator-a", "password": PASSWORD, "next": "/account/recovery-codes/"})  # fmt: skip

        assert give_code(visitor)["Location"] == "/account/recovery-codes/"

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"])  # fmt: skip
    def test_never_leads_to_another_site(self, operator, visitor, elsewhere):
        visitor.post("/sign-in/", {"login": "operator-a", "password": PASSWORD, "next": elsewhere})

        assert give_code(visitor)["Location"] == "/"
