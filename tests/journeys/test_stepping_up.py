"""A stale second factor is asked for again, and what was typed goes on by itself (T49)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tenancy.current import serving
from tests import cast
from tests.serving import TOTP_SECRET, look, sign_in_browser

pytestmark = pytest.mark.browser


def proved_ago(**passed):
    """Every session's second factor was proved so long ago."""
    from django.contrib.sessions.models import Session

    from tenancy.second_factor import PROVED_AT

    for row in Session.objects.all():
        store = row.get_session_store_class()(row.session_key)
        store[PROVED_AT] = (timezone.now() - timedelta(**passed)).timestamp()
        store.save()


def code():
    from privacy import second_factor

    return second_factor.code_at(TOTP_SECRET, timezone.now())


def test_what_was_typed_is_sent_after_the_code(page, address, live_municipalities):
    with serving(live_municipalities.mihon):
        sign_in_browser(page, address, cast.staff("contractor"))
        page.goto(address.url("/staff/new/"))
        page.locator("[name=login_name]").fill("hanako.m")
        page.locator("[name=display_name]").fill("見本　花子")
        page.locator("[name=organisation]").fill("見本市コールセンター")
        page.locator("[name=role]").select_option("operator")
        page.locator("[name=trained_until]").fill("2999/3/31")
        proved_ago(minutes=6)
        page.locator("main form .button").first.click()

        expect(page.locator("h1")).to_have_text("もう一度ご本人を確認します")
        look(page, "step-up")
        page.locator("[name=step_up-code]").fill(code())
        page.keyboard.press("Enter")

        expect(page.locator("h1")).to_have_text("一時パスワード")
        expect(page.get_by_text("hanako.m")).to_be_visible()
