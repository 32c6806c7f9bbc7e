"""A passkey in a real browser: made, used to sign in and to step up, on the exact staff host."""

import pytest
from playwright.sync_api import expect

from tenancy.current import serving
from tests import cast
from tests.journeys.test_stepping_up import proved_ago
from tests.serving import look, sign_in_browser, with_second_factor

pytestmark = pytest.mark.browser


@pytest.fixture
def authenticator(page):
    """A virtual authenticator of Chromium that has its owner's finger on it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield devtools, made["authenticatorId"]
    devtools.detach()


@pytest.fixture
def keeper(live_municipalities):
    with serving(live_municipalities.mihon):
        yield with_second_factor(cast.staff("contractor"))


def make(page, address):
    page.goto(address.url("/account/passkeys/new/"))
    page.locator("[name=name]").fill("机のパソコン")
    page.get_by_role("button", name="追加する").click()
    expect(page.get_by_text("パスキーを登録しました。")).to_be_visible()


def test_is_made_used_and_asked_for_again(page, address, keeper, authenticator):
    sign_in_browser(page, address, keeper)
    page.goto(address.url("/account/passkeys/new/"))
    look(page, "passkey-make")
    make(page, address)
    look(page, "passkeys")
    page.context.clear_cookies()

    page.goto(address.url("/sign-in/"))
    page.locator("[name=login]").fill(keeper.login_name)
    page.locator("[name=password]").fill("a-long-dummy-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code/")
    look(page, "sign-in-with-passkey")
    page.get_by_role("button", name="パスキーを使う").click()
    page.wait_for_url(address.url("/"))

    proved_ago(minutes=6)
    page.goto(address.url("/account/passkeys/new/"))
    expect(page.locator("h1")).to_have_text("もう一度ご本人を確認します")
    page.get_by_role("button", name="パスキーを使う").click()
    expect(page.locator("h1")).to_have_text("パスキーを追加する")


def test_an_owner_who_is_not_there_is_told_what_else_works(page, address, keeper, authenticator):
    devtools, name = authenticator
    sign_in_browser(page, address, keeper)
    make(page, address)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
    proved_ago(minutes=6)
    page.goto(address.url("/account/passkeys/new/"))
    page.get_by_role("button", name="パスキーを使う").click()

    expect(page.get_by_text("パスキーを使えませんでした。")).to_be_visible()
    expect(page.locator("h1")).to_have_text("もう一度ご本人を確認します")
