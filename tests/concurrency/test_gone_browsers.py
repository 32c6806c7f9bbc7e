"""A browser that goes away in the middle of a page takes no database connection with it."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn
from django.core.asgi import get_asgi_application
from django.db import connections
from django.http import HttpResponse
from django.urls import path

from tenancy.entrances import http as http_entrance
from tenancy.policies import PUBLIC, policy
from tests.conftest import CODE, HOSTS

pytestmark = [pytest.mark.concurrency]
HOST = HOSTS[CODE]["resident"]
ANSWERED_AFTER = 0.02
GONE_AFTER = [0.0, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05]
SOON = [number / 1000 for number in range(1, 10)]  # on a quick one less
LATER = [0.08, 0.12, 0.2, 0.3]  # on a crowded machine everything takes longer


@policy(PUBLIC)
def slow(request):
    time.sleep(ANSWERED_AFTER)
    return HttpResponse("read to its end")


urlpatterns = [path("slow/", slow)]


@contextmanager
def served_by(application):
    config = uvicorn.Config(application, port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def directory_pool(live_municipalities, settings, monkeypatch):
    """The directory's pool, asked at every request, and a page that takes its time."""
    monkeypatch.setitem(http_entrance.URLCONFS, "resident", ("web", __name__))
    settings.WAKU_DIRECTORY_SECONDS = 0
    directory = connections["directory"]
    directory.ensure_connection()
    directory.close()  # back into the pool: whatever is missing later was lost
    yield directory.pool
    directory.close_pool()


def go_away(port, *, after):
    """One browser that asks and is gone so many seconds later."""
    with socket.create_connection(("127.0.0.1", port)) as browser:
        browser.sendall(f"GET /slow/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        time.sleep(after)


def together_gone(port, *, after):
    """A crowd of them at once: the danger is rarely seen on a quick machine with one."""
    crowd = [
        threading.Thread(target=go_away, args=[port], kwargs={"after": after}) for _ in range(8)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()


def lost(pool, *, seconds):
    """How many connections have not come back after so long."""
    deadline = time.monotonic() + seconds
    while True:
        found = pool.get_stats()
        missing = found["pool_size"] - found["pool_available"]
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(0.05)


def test_every_connection_comes_back(directory_pool):
    from config.asgi import http

    with served_by(http) as port:
        for after in GONE_AFTER * 5:
            together_gone(port, after=after)

        assert lost(directory_pool, seconds=20) == 0


def test_the_danger_is_real_with_the_asynchronous_handler(directory_pool):
    """If this ever fails, the test above proves nothing and WholeRequests may go."""
    with served_by(get_asgi_application()) as port:
        for after in (SOON + GONE_AFTER + LATER) * 30:
            together_gone(port, after=after)
            if lost(directory_pool, seconds=0.5):
                break

        assert lost(directory_pool, seconds=2) > 0
