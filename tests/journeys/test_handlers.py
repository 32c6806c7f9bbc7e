"""The register of named handlers as its keeper, an officer and somebody untrained see it (S-84)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tenancy.current import serving
from tenancy.models import Handler
from tests import cast
from tests.serving import TOTP_SECRET, look, sign_in_browser, with_second_factor

pytestmark = pytest.mark.browser


def test_the_keeper_enters_renews_and_strikes_off(page, address, live_municipalities):
    with serving(live_municipalities.mihon):
        soon = cast.staff("operator", display_name="見本　次郎")
        Handler.objects.filter(staff=soon).update(
            trained_until=timezone.localdate() + timedelta(days=9)
        )
        late = cast.staff("operator", display_name="見本　三郎")
        Handler.objects.filter(staff=late).update(trained_until=date(2020, 1, 1))
        sign_in_browser(page, address, cast.staff("contractor"))

    page.goto(address.url("/handlers/"))
    expect(page.get_by_text("名簿のためログインできないアカウントがあります")).to_be_visible()
    look(page, "handlers")
    page.get_by_role("link", name="名簿に加える").click()
    look(page, "handler-new")
    page.get_by_label("氏名").fill("見本　花子")
    page.get_by_label("所属").fill("再委託 株式会社")
    page.get_by_label("組織の種別").select_option("subcontractor")
    page.get_by_label("研修の有効期限").fill("R30.3.31")
    page.get_by_label("理由").fill("届出")
    page.get_by_role("button", name="加える").click()
    expect(page.get_by_text("区の承諾番号が必要です").first).to_be_visible()
    page.get_by_label("再委託の承諾番号").fill("8新健予第9999号")
    page.keyboard.press("Enter")
    expect(page.get_by_text("名簿に加えました。")).to_be_visible()
    look(page, "handler")

    page.goto(address.url("/handlers/printed/"))
    look(page, "handlers-printed")
    expect(page.get_by_text("8新健予第9999号")).to_be_visible()
    expect(page.get_by_text("見本　三郎")).to_have_count(0)


def test_in_english(page, address, live_municipalities):
    with serving(live_municipalities.mihon):
        sign_in_browser(page, address, cast.staff("ward_officer"))
    page.goto(address.url("/handlers/"))
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    look(page, "handlers-en")
    expect(page.locator("h1")).to_have_text("Named handlers")


def test_whoever_is_untrained_meets_a_stop_page(page, address, live_municipalities):
    from privacy import second_factor

    with serving(live_municipalities.mihon):
        staff = with_second_factor(cast.staff("operator"))
        Handler.objects.filter(staff=staff).update(trained_until=date(2020, 1, 1))
    page.goto(address.url("/sign-in/"))
    page.locator("[name=login]").fill(staff.login_name)
    page.locator("[name=password]").fill("a-long-dummy-password")
    page.keyboard.press("Enter")
    page.locator("[name=code]").fill(second_factor.code_at(TOTP_SECRET, timezone.now()))
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("ログインできません")
    expect(page.get_by_text("研修の有効期限が切れています")).to_be_visible()
    look(page, "not-listed")
