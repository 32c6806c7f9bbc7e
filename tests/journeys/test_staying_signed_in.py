"""A page warns before its session ends, goes on where asked to, and loses nothing typed (T22)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tenancy.current import serving
from tests import cast
from tests.serving import axe_violations, look, sign_in_browser

pytestmark = pytest.mark.browser
WARNING, OVER = "dialog#session-warning", "dialog#session-over"


@pytest.fixture
def keeper(live_municipalities):
    with serving(live_municipalities.mihon):
        yield cast.staff("contractor")


def seen_ago(**passed):
    """The session's last act lies so far back, as the database knows it."""
    from django.contrib.sessions.models import Session

    from tenancy import sessions

    moment = (timezone.now() - timedelta(**passed)).timestamp()
    for row in Session.objects.all():
        store = row.get_session_store_class()(row.session_key)
        store[sessions.SEEN] = moment
        store.save()


def test_the_warning_is_shown_and_answered(page, address, keeper):
    sign_in_browser(page, address, keeper)
    page.clock.install()
    page.goto(address.url("/staff/new/"))
    expect(page.get_by_text("30分間操作がないとき")).to_be_visible()
    expect(page.locator(WARNING)).to_be_hidden()
    seen_ago(minutes=28, seconds=30)
    page.clock.fast_forward("28:30")
    expect(page.locator(WARNING)).to_be_visible()
    expect(page.locator(WARNING)).to_contain_text("あと1分")
    look(page, "session-warning")

    with page.expect_response("**/session/") as told:
        page.keyboard.press("Enter")
    assert told.value.request.method == "POST"
    expect(page.locator(WARNING)).to_be_hidden()

    seen_ago(minutes=28, seconds=30)
    page.clock.fast_forward("28:30")
    expect(page.locator(WARNING)).to_be_visible()


def test_work_in_another_window_counts(page, address, keeper):
    sign_in_browser(page, address, keeper)
    page.clock.install()
    page.goto(address.url("/staff/new/"))

    with page.expect_response("**/session/"):
        page.clock.fast_forward("29:00")

    expect(page.locator(WARNING)).to_be_hidden()


def test_what_was_typed_waits_behind_a_curtain(page, address, keeper):
    sign_in_browser(page, address, keeper)
    page.clock.install()
    page.goto(address.url("/staff/new/"))
    page.locator("[name=login_name]").fill("hanako.m")
    page.locator("[name=display_name]").fill("見本　花子")
    page.locator("[name=organisation]").fill("見本市コールセンター")
    page.locator("[name=role]").select_option("operator")
    page.locator("[name=trained_until]").fill("2999/3/31")
    seen_ago(minutes=31)
    with page.expect_response("**/session/"):
        page.clock.fast_forward("30:01")

    expect(page.locator(OVER)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(OVER)).to_be_visible()
    look(page, "session-over")
    page.get_by_role("button", name="入力に戻る").click()
    expect(page.get_by_text("まだログインしていません。")).to_be_visible()

    sign_in_browser(page, address, keeper)
    page.get_by_role("button", name="入力に戻る").click()
    expect(page.locator(OVER)).to_be_hidden()
    expect(page.locator("[name=display_name]")).to_have_value("見本　花子")
    page.locator("main form .button").first.click()
    expect(page.locator("h1")).to_have_text("一時パスワード")


def test_a_page_without_typing_gives_way_to_the_sign_in(page, address, keeper):
    sign_in_browser(page, address, keeper)
    page.clock.install()
    page.goto(address.url("/permissions/"))
    seen_ago(minutes=31)
    page.clock.fast_forward("30:01")

    page.wait_for_url("**/sign-in/?next=%2Fpermissions%2F")
    assert axe_violations(page) == []


def test_somebody_else_does_not_get_what_was_typed(page, address, keeper):
    sign_in_browser(page, address, keeper)
    page.clock.install()
    page.goto(address.url("/staff/new/"))
    page.locator("[name=display_name]").fill("見本　花子")
    seen_ago(minutes=31)
    page.clock.fast_forward("30:01")
    expect(page.locator(OVER)).to_be_visible()

    sign_in_browser(page, address, cast.staff("contractor"))
    page.get_by_role("button", name="入力に戻る").click()

    expect(page.get_by_text("まだログインしていません。")).to_be_visible()
    expect(page.locator(OVER)).to_be_visible()
