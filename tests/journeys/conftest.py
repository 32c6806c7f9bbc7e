"""A browser and the house's own pages behind it, for tests that walk through them.

`house` serves both hosts of both municipalities on one free port; `visit(host)` opens a page there,
as wide as a telephone or a desk. Every journey ends each page with `check_accessibility(page)`.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Page

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class House:
    """Where the pages are."""

    port: int

    def url(self, host: str, path: str = "/") -> str:
        """A page's address on one of the hosts; browsers find *.localhost by themselves."""
        return f"http://{host}:{self.port}{path}"


class Handler(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing: a failing test tells more."""


class Server(ThreadedWSGIServer):
    daemon_threads = True

    def process_request_thread(self, request, client_address):
        """Each thread hands its database connections back when it is done."""
        from django.db import connections

        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


@pytest.fixture
def house(live_municipalities) -> Iterator[House]:
    """The house's pages on a free port, until the test ends."""
    from config.wsgi import application

    server = Server(("127.0.0.1", 0), Handler)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield House(server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(house, browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own; any complaint of the browser fails the test."""
    opened, complaints = [], []

    def open_page(host: str, path: str = "/", *, size: dict = DESK, locale: str = "ja") -> Page:
        context = browser.new_context(viewport=size, locale=locale, timezone_id="Asia/Tokyo")
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: _note(said, complaints))
        page.goto(house.url(host, path))
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


def _note(said, complaints) -> None:
    # A 4xx page is an answer that journeys ask for; a blocked script or style never is.
    if said.type == "error" and "Failed to load resource" not in said.text:
        complaints.append(said.text)


@pytest.fixture
def check_accessibility() -> Callable[[Page], None]:
    """No page may shut anybody out: WCAG 2.2 AA by axe, and nothing wider than the screen."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        told = [
            (one["id"], one["help"], [node["html"][:200] for node in one["nodes"]]) for one in found
        ]
        assert told == []
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    return check
