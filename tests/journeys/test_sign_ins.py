"""Somebody sees where they are signed in, and ends the other one, with the pages in two languages."""

import pytest
from playwright.sync_api import expect

from tenancy.current import serving
from tests import cast
from tests.serving import desk, look, sign_in_browser

pytestmark = pytest.mark.browser


def test_the_other_device_is_ended(page, address, live_municipalities):
    with serving(live_municipalities.mihon):
        operator = cast.staff("operator")
        other = desk(operator)
        sign_in_browser(page, address, operator)
        page.goto(address.url("/"))
        page.get_by_role("link", name="ログイン中の端末").click()
        expect(page.get_by_text("この端末", exact=True)).to_be_visible()
        look(page, "sign-ins")
        page.get_by_role("button", name="English").click()
        expect(page.locator("h1")).to_have_text("Where I am signed in")
        look(page, "sign-ins-en")

        page.get_by_role("button", name="End this sign-in").click()
        page.locator("dialog[open] [data-yes]").click()
        expect(page.get_by_text("That sign-in has been ended.")).to_be_visible()
        expect(page.get_by_text("You are signed in on no other device.")).to_be_visible()
        assert other.get("/").status_code == 302
