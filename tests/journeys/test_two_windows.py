"""Two windows of one operator: one works, the other reads, and they hear of each other at once."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from callcentre import calls, leases
from callcentre.models import Call
from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser

pytestmark = pytest.mark.browser
BANNER = "[data-elsewhere]"


@pytest.fixture
def operator(live_municipalities):
    with serving(live_municipalities.mihon):
        yield cast.staff("operator", display_name="電話 一子")


def test_the_second_reads_until_it_takes_over(page, address, operator):
    sign_in_browser(page, address, operator)
    page.goto(address.url("/console/"))
    expect(page.locator(BANNER)).to_be_hidden()
    page.wait_for_function("sessionStorage.getItem('console_window')")
    second = page.context.new_page()
    second.goto(address.url("/console/"))
    expect(second.locator(BANNER)).to_be_visible(timeout=30_000)
    expect(page.locator(BANNER)).to_be_hidden()
    assert second.evaluate("document.querySelector('main form:not([data-takes])').inert")
    look(second, "console-second-window")

    second.get_by_role("button", name="ここで使う").click()
    expect(second.locator(BANNER)).to_be_hidden(timeout=30_000)
    expect(page.locator(BANNER)).to_be_visible(timeout=30_000)  # the live socket has told it


def test_a_supervisor_s_take_over_is_told_at_once(page, address, operator, live_municipalities):
    sign_in_browser(page, address, operator)
    with serving(live_municipalities.mihon):
        now = timezone.now()
        taro = cast.resident()
        supervisor = cast.staff("supervisor", display_name="管理 花子")
        call = calls.start(by=operator, at=now)
        leases.take(resident_id=taro.pk, call=call, by=operator, at=now)
    page.goto(address.url("/console/"))
    expect(page.locator("[data-live-state]")).to_have_attribute("data-tone", "positive", timeout=30_000)  # fmt: skip
    with serving(live_municipalities.mihon):
        own = calls.start(by=supervisor, at=timezone.now())
        leases.take_over(
            resident_id=taro.pk, call=own, reason="stuck", by=supervisor, at=timezone.now()
        )

    told = page.locator("[data-desk-news]")
    expect(told).to_be_visible(timeout=30_000)
    expect(told).to_contain_text(
        "管理 花子さんが、この方の対応を引き取りました（手続きが止まっている）"
    )
    look(page, "console-taken-over")
    assert Call.objects.filter(state="live").count() == 2
