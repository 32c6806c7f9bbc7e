"""Signing in: name, password and a code; nothing less opens anything."""

import re
from datetime import timedelta

import pytest
import redis
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacy import second_factor
from privacy.models import AccessEntry
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

    def test_an_unknown_name_costs_as_much_as_a_wrong_password(
        self, operator, visitor, monkeypatch
    ):
        """The time of a password's hash is most of the answer: it is spent alike, the statements too."""
        hasher = type(get_hasher())
        spent, encode = [], hasher.encode
        monkeypatch.setattr(
            hasher, "encode", lambda self, *given: spent.append(1) or encode(self, *given)
        )
        monkeypatch.setattr(hasher, "verify", lambda _self, *_given: bool(spent.append(1)))
        costs = {}
        give_password(visitor, name="somebody", password="x" * 20)  # what is kept is kept now
        for name in ("operator-a", "nobody"):
            spent.clear()
            with CaptureQueriesContext(connection) as run:
                give_password(visitor, name=name, password="x" * 20)
            costs[name] = len(spent), [one["sql"][:60] for one in run.captured_queries]

        assert costs["operator-a"][0] == costs["nobody"][0] == 1
        assert costs["operator-a"][1] == costs["nobody"][1]

    def test_leads_back_to_the_page_that_was_wanted(self, operator, visitor):
        asked = visitor.get("/account/recovery-codes/")
        visitor.post(asked["Location"], {"login": "operator-a", "password": PASSWORD, "next": "/account/recovery-codes/"})  # fmt: skip

        assert give_code(visitor)["Location"] == "/account/recovery-codes/"

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"])  # fmt: skip
    def test_never_leads_to_another_site(self, operator, visitor, elsewhere):
        visitor.post("/sign-in/", {"login": "operator-a", "password": PASSWORD, "next": elsewhere})

        assert give_code(visitor)["Location"] == "/"


class TestBudgets:
    def test_the_sixth_wrong_password_is_not_looked_at(self, operator, visitor):
        for _try in range(5):
            give_password(visitor, password="x" * 20)

        assert "15分ほど受け付けを止めています" in give_password(visitor).text

    def test_another_network_is_not_locked_out(self, operator, visitor):
        for _try in range(9):
            give_password(visitor, password="x" * 20)

        elsewhere = desk(None)
        elsewhere.defaults["REMOTE_ADDR"] = "192.0.2.9"
        assert give_password(elsewhere)["Location"] == "/sign-in/code/"

    def test_right_passwords_spend_nothing(self, operator, visitor):
        for _try in range(8):
            assert give_password(desk(None))["Location"] == "/sign-in/code/"

    def test_the_sixth_wrong_code_is_not_looked_at(self, operator, visitor):
        give_password(visitor)
        for _try in range(5):
            assert give_code(visitor, "000000").status_code == 422

        refused = give_code(visitor)
        assert refused.status_code == 422
        assert "15分ほど受け付けを止めています" in refused.text
        with time_machine.travel(timezone.now() + timedelta(minutes=16)):
            again = desk(None)
            give_password(again)
            assert give_code(again)["Location"] == "/"

    def test_forged_forwarding_headers_change_nothing(self, operator):
        for number in range(5):
            client = desk(None)
            client.post(
                "/sign-in/",
                {"login": "operator-a", "password": "x" * 20},
                headers={"x-forwarded-for": f"192.0.2.{number}"},
            )

        assert give_password(desk(None)).status_code == 422
        assert set(AccessEntry.objects.values_list("network", flat=True)) == {"127.0.0.1"}


class TestCodes:
    def test_a_code_counts_once(self, operator, visitor):
        code = second_factor.code_at(TOTP_SECRET, timezone.now())
        give_password(visitor)
        give_code(visitor, code)
        second = desk(None)
        give_password(second)

        assert give_code(second, code).status_code == 422

    def test_an_older_code_than_the_last_is_refused(self, operator):
        now = cast.NOW
        newer = second_factor.code_at(TOTP_SECRET, now)
        older = second_factor.code_at(TOTP_SECRET, now - timedelta(seconds=30))
        second_factor.verify(staff=operator, code=newer, at=now)

        with pytest.raises(second_factor.CodeRefused):
            second_factor.verify(staff=operator, code=older, at=now)

    @pytest.mark.parametrize("seconds", [-30, 0, 30])
    def test_a_clock_may_be_half_a_minute_off(self, operator, seconds):
        code = second_factor.code_at(TOTP_SECRET, cast.NOW + timedelta(seconds=seconds))

        assert second_factor.verify(staff=operator, code=code, at=cast.NOW)

    @pytest.mark.parametrize("seconds", [-90, 90])
    def test_and_no_more(self, operator, seconds):
        code = second_factor.code_at(TOTP_SECRET, cast.NOW + timedelta(seconds=seconds))

        with pytest.raises(second_factor.CodeRefused):
            second_factor.verify(staff=operator, code=code, at=cast.NOW)

    def test_full_width_figures_and_spaces_are_taken(self, operator):
        code = second_factor.code_at(TOTP_SECRET, cast.NOW)
        typed = (
            code[:3].translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}) + " " + code[3:]
        )

        assert second_factor.verify(staff=operator, code=typed, at=cast.NOW)

    def test_a_recovery_code_counts_once(self, operator):
        codes, left = second_factor.recovery_codes(operator)
        second_factor.verify(staff=operator, code=codes[0], at=cast.NOW)

        assert (len(codes), left) == (10, 10)
        assert second_factor.recovery_codes(operator)[1] == 9
        with pytest.raises(second_factor.CodeRefused):
            second_factor.verify(staff=operator, code=codes[0], at=cast.NOW)

    def test_noted_codes_are_never_shown_again(self, operator):
        second_factor.note_recovery_codes(staff=operator, at=cast.NOW)

        assert second_factor.recovery_codes(operator) == ([], 10)

    def test_new_recovery_codes_make_the_old_worthless(self, operator):
        old = second_factor.recovery_codes(operator)[0][0]
        second_factor.renew_recovery_codes(staff=operator, at=cast.NOW)

        with pytest.raises(second_factor.CodeRefused):
            second_factor.verify(staff=operator, code=old, at=cast.NOW)

    def test_the_one_time_bypass_of_the_library_is_off(self):
        assert not getattr(settings, "MFA_TOTP_INSECURE_BYPASS_CODE", None)


class TestSecrets:
    def test_are_ciphertext_in_every_row(self, operator, visitor):
        newcomer = cast.staff("operator", login_name="newcomer")
        client = desk(None)
        client.force_login(newcomer)
        page = client.get("/account/second-factor/").text
        secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        codes = second_factor.recovery_codes(operator)[0]

        dump = everything_in_the_database()

        for canary in (TOTP_SECRET, secret, *codes):
            assert canary not in dump

    def test_do_not_open_for_another_person(self, operator):
        from allauth.mfa.models import Authenticator

        other = with_second_factor(cast.staff("operator"))
        kept = Authenticator.objects.get(user=operator, type="totp")
        Authenticator.objects.filter(user=other, type="totp").update(data=kept.data)

        with pytest.raises(ValueError):
            second_factor.verify(staff=other, code="000000", at=cast.NOW)

    def test_do_not_open_in_another_municipality(self, operator, tameshi):
        from allauth.mfa.models import Authenticator

        from tenancy.current import serving

        kept = Authenticator.objects.get(user=operator, type="totp").data["secret"]
        with serving(tameshi), second_factor.secrets_of(operator), pytest.raises(ValueError):
            second_factor.unseal(kept)


def everything_in_the_database():
    """Every row of every table as text, sessions decoded."""
    from django.contrib.sessions.models import Session

    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT string_agg(t::text, '|') FROM {table} t")
            found.append(cursor.fetchone()[0] or "")
    found += [str(session.get_decoded()) for session in Session.objects.all()]
    return "|".join(found)


class TestWithoutValkey:
    def test_signing_in_works(self, operator, visitor, settings, monkeypatch):
        def lost(*_arguments, **_options):
            raise redis.ConnectionError("lost")

        monkeypatch.setattr(redis.connection.Connection, "connect", lost)
        monkeypatch.setattr(redis.connection.ConnectionPool, "get_connection", lost)
        give_password(visitor)

        assert give_code(visitor)["Location"] == "/"
        assert visitor.get("/").status_code == 200

    def test_the_loss_is_real(self, served, monkeypatch):
        from django.core.cache import cache

        def lost(*_arguments, **_options):
            raise redis.ConnectionError("lost")

        monkeypatch.setattr(redis.connection.ConnectionPool, "get_connection", lost)

        with pytest.raises(redis.ConnectionError):
            cache.set("a", 1)


class TestAccessLog:
    def test_holds_sign_ins_failures_and_sign_outs(self, operator, visitor):
        give_password(visitor, password="x" * 20)
        give_password(visitor, name="nobody")
        give_password(visitor)
        give_code(visitor)
        visitor.post("/sign-out/")

        rows = list(AccessEntry.objects.order_by("id").values_list("what", "succeeded", "staff_id"))
        assert rows == [
            ("sign_in", False, operator.pk),
            ("sign_in", False, None),
            ("sign_in", True, operator.pk),
            ("sign_out", True, operator.pk),
        ]


class TestOneTimePasswords:
    def test_run_out_after_a_week(self, served, visitor):
        cast.staff("operator", login_name="newcomer", one_time_password_at=timezone.now())

        with time_machine.travel(timezone.now() + timedelta(days=8)):
            refused = give_password(visitor, name="newcomer")

        assert refused.status_code == 422
        assert "期限が切れています" in refused.text

    def test_must_become_one_own_password(self, served, visitor):
        from tenancy.models import Staff

        cast.staff("operator", login_name="newcomer", one_time_password_at=timezone.now())
        give_password(visitor, name="newcomer")
        own = "kasumi-tanagokoro-2026"

        same = visitor.post("/account/password/", {"present": PASSWORD, "new": PASSWORD, "again": PASSWORD})  # fmt: skip
        done = visitor.post("/account/password/", {"present": PASSWORD, "new": own, "again": own})

        assert same.status_code == 422
        assert done.status_code == 302
        row = Staff.objects.get(login_name="newcomer")
        assert row.check_password(own)
        assert not row.must_change_password


class TestSigningOut:
    def test_clears_the_site_and_kills_the_session(self, operator, visitor):
        give_password(visitor)
        give_code(visitor)
        kept = visitor.cookies.copy()

        answer = visitor.post("/sign-out/")
        visitor.cookies = kept

        assert answer["Clear-Site-Data"] == '"cache", "storage"'
        assert visitor.get("/")["Location"].startswith("/sign-in/")

    def test_is_never_done_by_a_link(self, operator, visitor):
        assert visitor.get("/sign-out/").status_code == 405


class TestWhatIsNotThere:
    @pytest.mark.parametrize("path", ["/accounts/signup/", "/signup/", "/accounts/password/reset/", "/password/reset/", "/accounts/email/", "/accounts/social/connections/", "/accounts/login/", "/accounts/2fa/", "/accounts/2fa/webauthn/add/", "/sign-up/"])  # fmt: skip
    def test_no_sign_up_no_mail_nothing_social(self, served, visitor, path):
        assert visitor.get(path).status_code == 404
