"""The house as it is served: a server on a free port, a browser, signed-in staff.

`address` serves config.asgi on the committed data of `live_municipalities`; `page` is a Chromium
page that resolves *.localhost to it. `desk(staff)` is a test client of the staff host, already
signed in; it works with `served` and with `live_municipalities`.
"""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1366, "height": 900}


@dataclass(frozen=True)
class Address:
    """Where the house is served."""

    port: int

    def url(self, path="/", *, kind="staff", label="mihon"):
        host = f"{label}.localhost" if kind == "resident" else f"{kind}.{label}.localhost"
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def address(live_municipalities) -> Iterator[Address]:
    """config.asgi in a thread, on a free port."""
    import uvicorn

    from config.asgi import application

    server = uvicorn.Server(
        uvicorn.Config(
            application, host="127.0.0.1", port=0, log_level="error", lifespan="off",
            timeout_graceful_shutdown=2, ws="websockets-sansio",
        )
    )  # fmt: skip
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield Address(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join(timeout=20)


def chromium_path():
    """The browser of this machine, or None."""
    named = os.environ.get("WAKU_CHROMIUM")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next((path for path in found if path), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One Chromium a file of tests; a test that asks for it carries the mark `browser`."""
    from playwright.sync_api import sync_playwright

    # Playwright's own loop must not be mistaken for an asynchronous caller of the database.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def page(browser, address):
    """One page, Japanese, as wide as a desk; `page.set_viewport_size(PHONE)` makes it a phone."""
    context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=DESKTOP)
    yield context.new_page()
    context.close()


def with_second_factor(staff):
    """The account with a second factor whose secret is TOTP_SECRET."""
    from datetime import UTC, datetime

    from privacy import second_factor
    from tenancy.second_factor import is_set_up

    if not is_set_up(staff):
        second_factor.keep(staff=staff, secret=TOTP_SECRET, at=datetime(2026, 1, 1, tzinfo=UTC))
    return staff


def desk(staff, *, label="mihon", kind="staff"):
    """A test client of the staff host, signed in; call it inside serving()."""
    from django.test import Client
    from django.utils import timezone

    from tenancy.current import current_or_none, serve
    from tenancy.second_factor import mark_proved

    class DeskClient(Client):
        """After each request its test still serves the municipality it served before."""

        def request(self, **environ):
            before = current_or_none()
            try:
                return super().request(**environ)
            finally:
                if before is not None:
                    serve(before)

    host = f"{label}.localhost" if kind == "resident" else f"{kind}.{label}.localhost"
    client = DeskClient(headers={"host": host})
    if staff is not None:
        client.force_login(with_second_factor(staff))
        session = client.session
        mark_proved(session, staff, at=timezone.now())
        session.save()
    return client


def sign_in_browser(page, address, staff, *, label="mihon"):
    """Put a signed-in session of this person into the page's cookies."""
    from django.conf import settings

    client = desk(staff, label=label)
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                # Secure cookies are set for https only; Chromium sends them to http://*.localhost.
                "url": address.url("/", label=label).replace("http:", "https:"),
                "secure": True,
                "httpOnly": True,
                "sameSite": "Lax",
            }
        ]
    )
    return page


def axe_violations(page):
    """What axe finds wrong with the page, in short words; empty when all is well."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]}"
        for one in found
        for node in one["nodes"]
    ]


def look(page, name):
    """Axe finds nothing, nothing runs over the side; WAKU_SCREENSHOTS=folder keeps pictures."""
    folder = os.environ.get("WAKU_SCREENSHOTS")
    page.wait_for_load_state("load")
    for label, size in (("390", PHONE), ("1366", DESKTOP)):
        page.set_viewport_size(size)
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over <= 0, f"{name}: {over} px too wide at {label}"
        if folder:
            page.screenshot(path=f"{folder}/{name}-{label}.png", full_page=True)
    found = axe_violations(page)
    assert not found, f"{name}: {found}"
