"""Valkey is lost in the middle of a shift: a banner says what comes late, and everything goes on."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from booking import reservations
from config.embedded import ValkeyServer
from notifications.models import Message
from tenancy import live
from tenancy.current import serving
from tests import cast
from tests.carrying import promise
from tests.serving import DESKTOP, look, sign_in_browser

pytestmark = pytest.mark.browser
PATIENCE = 60_000


@pytest.fixture
def private(tmp_path, settings):
    """A Valkey that this test may stop."""
    with ValkeyServer(tmp_path / "valkey") as server:
        settings.WAKU_VALKEY_URL = server.url()
        live._valkey.cache_clear()
        yield server
        live._valkey.cache_clear()


@pytest.fixture
def town(private, live_municipalities):
    """見本市 with a day of places and somebody who may book."""
    with serving(live_municipalities.mihon):
        cast.everybody_may_book()
        day = timezone.localdate() + timedelta(days=7)
        bucket = cast.slot(day=day, web=4, bookable_from=timezone.now())[1]
        live.announce(at=timezone.now())
        yield live_municipalities.mihon, cast.resident(), bucket


def book(resident, bucket):
    (made,) = reservations.claim(
        resident=resident, wishes=[reservations.Wish(1, bucket.pk)],
        asking=reservations.Asking(channel="web", request_key=uuid.uuid4()), by=None,
        at=timezone.now(),
    )  # fmt: skip
    live.announce(at=timezone.now())  # the announcer's next round
    return made


def test_the_page_says_so_and_goes_on(page, address, private, town):
    municipality, resident, bucket = town
    with serving(municipality):
        sign_in_browser(page, address, cast.staff("supervisor"))
    page.goto(address.url("/console/board/"))
    expect(page.locator("[data-live-state]").first).to_have_text("更新中", timeout=PATIENCE)
    banner, desk = page.locator("[data-delays]"), page.context.new_page()
    expect(banner).to_be_hidden()

    private.stop()
    expect(banner).to_be_visible(timeout=PATIENCE)
    expect(banner).to_contain_text("予約の受付はそのまま続けられます")
    expect(page.locator("[data-delay='messages']")).to_be_hidden()
    left = page.locator("tr", has_text="合計").locator("td").last
    with serving(municipality):
        assert book(resident, bucket).is_live
    expect(left).to_have_text("3", timeout=PATIENCE)
    look(page, "board-without-valkey")
    page.set_viewport_size(DESKTOP)

    desk.goto(address.url("/console/"))  # opened meanwhile: it says so too
    expect(desk.locator("[data-delay='bells']")).to_be_visible(timeout=PATIENCE)
    look(desk, "desk-without-valkey")
    desk.close()

    with serving(municipality):
        promise(at=timezone.now() - timedelta(minutes=5))
    expect(page.locator("[data-delay='messages']")).to_be_visible(timeout=PATIENCE)
    private.wanted_port = private.port
    private.start()
    expect(page.locator("[data-delay='bells']")).to_be_hidden(timeout=PATIENCE)
    with serving(municipality):
        Message.objects.update(state="superseded")
    expect(banner).to_be_hidden(timeout=PATIENCE)
