"""What weighs most is sent only with a second factor of the last five minutes; nothing is lost."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as house
from django.utils import timezone

from privacy import kept_posts, second_factor
from privacy.models import AccessEntry
from tenancy.current import serving
from tests import cast
from tests.serving import TOTP_SECRET, desk, with_second_factor

NEW = {
    "login_name": "hanako.m", "display_name": "見本　花子", "organisation": "見本市コールセンター",
    "role": "operator", "organisation_kind": "contractor", "position": "handler",
    "from_on": "2026-04-01", "trained_until": "2999-03-31",
}  # fmt: skip


@pytest.fixture
def keeper(served):
    return with_second_factor(cast.staff("contractor"))


@pytest.fixture
def later(keeper):
    """The keeper's client, six minutes after the second factor was proved."""
    client = desk(keeper)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        yield client


def code():
    return second_factor.code_at(TOTP_SECRET, timezone.now())


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return found[1] if found else ""


def prove(client, page=None, **sent):
    waiting = {"waiting": hidden(page, "waiting")} if page is not None else {}
    return client.post("/step-up/", {"step_up-code": code(), **waiting, **sent})


def accounts_named(name):
    from tenancy import accounts

    return accounts.everybody().filter(login_name=name).count()


class TestAsking:
    def test_nothing_is_asked_within_five_minutes(self, keeper):
        client = desk(keeper)
        with time_machine.travel(timezone.now() + timedelta(minutes=4, seconds=59), tick=False):
            assert client.post("/staff/new/", NEW).status_code == 200

        assert accounts_named("hanako.m") == 1

    def test_what_is_sent_later_does_nothing_and_waits(self, later):
        asked = later.post("/staff/new/", NEW)

        assert asked.status_code == 403
        assert "入力した内容はそのまま残っています" in asked.text
        assert accounts_named("hanako.m") == 0

    def test_reading_is_not_asked_for(self, later):
        assert later.get("/staff/").status_code == 200
        assert later.get("/staff/new/").status_code == 200

    def test_an_htmx_request_is_led_to_the_page(self, later, keeper):
        here = "http://staff.mihon.localhost/staff/new/?a=1"
        answer = later.post("/staff/new/", NEW, headers={"HX-Request": "true", "HX-Current-URL": here})  # fmt: skip

        assert answer.status_code == 403
        assert answer["HX-Redirect"] == "/step-up/?next=%2Fstaff%2Fnew%2F%3Fa%3D1"

    def test_a_door_that_always_asks_leads_there_and_back(self, later, rf, settings):
        from django.http import HttpResponse

        from tenancy.permissions import Permission
        from tenancy.policies import Fresh, PolicyMiddleware, policy, staff_may

        settings.ROOT_URLCONF = "config.urls_staff"
        always = policy(staff_may(Permission.EDIT_STAFF, fresh=Fresh.ALWAYS))(lambda _r: HttpResponse())  # fmt: skip
        request = rf.get("/export/?day=1")
        request.session, request.user = later.session, cast.staff("contractor")
        with_second_factor(request.user)
        request.session["second_factor_proved"] = str(request.user.pk)

        answer = PolicyMiddleware(lambda _r: HttpResponse()).process_view(request, always, (), {})

        assert answer["Location"] == "/step-up/?next=%2Fexport%2F%3Fday%3D1"


class TestGoingOn:
    def test_what_waited_is_sent_once_more(self, later):
        page = prove(later, later.post("/staff/new/", NEW, headers={"referer": "http://staff.mihon.localhost/staff/new/"}))  # fmt: skip
        kept = {name: hidden(page, name) for name in NEW}
        sent = later.post("/staff/new/", kept)

        assert page.status_code == 200
        assert 'action="/staff/new/"' in page.text
        assert 'href="/staff/new/"' in page.text
        assert kept == NEW
        assert sent.status_code == 200
        assert accounts_named("hanako.m") == 1

    def test_the_session_gets_another_key(self, later):
        before = later.cookies[house.SESSION_COOKIE_NAME].value
        prove(later)

        assert later.cookies[house.SESSION_COOKIE_NAME].value != before

    @pytest.mark.parametrize(
        ("wanted", "where"),
        [
            ("/settings/?x=1", "/settings/?x=1"),
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("javascript:alert(1)", "/"),
        ],
    )
    def test_it_leads_back_to_our_own_pages_only(self, later, wanted, where):
        assert prove(later, next=wanted)["Location"] == where

    def test_it_is_in_the_access_log(self, later, keeper):
        later.post("/step-up/", {"step_up-code": "000000"})
        prove(later)

        rows = AccessEntry.objects.filter(what="step_up", staff_id=keeper.pk).order_by("id")
        assert list(rows.values_list("succeeded", flat=True)) == [False, True]


class TestRefusing:
    def test_a_wrong_code_keeps_what_waits(self, later):
        asked = later.post("/staff/new/", NEW)
        waiting = hidden(asked, "waiting")
        refused = later.post("/step-up/", {"step_up-code": "000000", "waiting": waiting})

        assert refused.status_code == 422
        assert hidden(refused, "waiting") == waiting
        assert later.post("/staff/new/", NEW).status_code == 403

    def test_the_code_of_the_sign_in_counts_once(self, keeper):
        client = desk(None)
        used = code()
        client.post("/sign-in/", {"login": keeper.login_name, "password": "a-long-dummy-password"})
        client.post("/sign-in/code/", {"code": used})

        assert client.post("/step-up/", {"step_up-code": used}).status_code == 422

    def test_tries_are_budgeted_with_those_of_the_sign_in(self, later):
        for _try in range(5):
            later.post("/step-up/", {"step_up-code": "000000"})

        assert "15分ほど受け付けを止めています" in prove(later).text

    def test_a_stranger_and_half_a_sign_in_cannot_step_up(self, keeper):
        half = desk(None)
        half.force_login(keeper)

        for client in (desk(None), half):
            answer = client.post("/step-up/", {"step_up-code": code()})
            assert answer["Location"].startswith("/sign-in/")

    def test_a_clock_set_back_is_not_fresh(self, keeper):
        client = desk(keeper)
        with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
            assert client.post("/staff/new/", NEW).status_code in {302, 403}


class TestWhatWaits:
    def test_opens_for_its_owner_and_for_ten_minutes(self, served):
        one, other = cast.staff(), cast.staff()
        kept = kept_posts.KeptPost("/staff/new/", (("a", "1"), ("a", "2")), "/staff/")
        text = kept_posts.wrapped(kept, staff=one)

        assert kept_posts.opened(text, staff=one) == kept
        assert kept_posts.opened(text, staff=other) is None
        assert kept_posts.opened(text[:-1] + "x", staff=one) is None
        with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
            assert kept_posts.opened(text, staff=one) is None

    def test_a_forged_one_sends_nothing(self, later, tameshi):
        with serving(tameshi):
            forged = kept_posts.wrapped(
                kept_posts.KeptPost("https://evil.example/", (), "/"), staff=cast.staff()
            )
        answer = prove(later, waiting=forged)

        assert answer["Location"] == "/"

    def test_is_kept_nowhere_on_the_server(self, later):
        from django.contrib.sessions.models import Session

        later.post("/staff/new/", NEW)

        assert "hanako" not in " ".join(str(row.get_decoded()) for row in Session.objects.all())


def test_the_table_of_permissions_shows_what_is_asked_for(keeper):
    page = desk(keeper).get("/permissions/")

    fresh = [line.words for line in page.context["table"].lines if line.wants_fresh]
    assert "職員アカウントを作る・止める・役割を変える" in fresh
    assert "会場・開設日・残枠を見る" not in fresh
    assert "変えるとき再確認" in page.text
