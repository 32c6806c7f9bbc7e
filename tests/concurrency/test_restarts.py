"""A database that was restarted is asked again at once: no request meets a connection that died."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import OperationalError, connections
from django.test import Client
from psycopg_pool import ConnectionPool

from tenancy.backend import base
from tenancy.current import serving
from tenancy.models import Standing
from tests.conftest import CODE, HOSTS

pytestmark = [pytest.mark.concurrency]
WIDE = 5


@pytest.fixture
def pool(live_municipalities):
    """A pool in which five connections wait, none of them in the hands of this thread."""
    for alias in ("default", "directory"):
        connections[alias].close()
    together = threading.Barrier(WIDE)

    def look():
        with serving(live_municipalities.mihon):
            Standing.objects.count()
            together.wait(timeout=30)
            connections["default"].close()

    with ThreadPoolExecutor(WIDE) as threads:
        for done in [threads.submit(look) for _ in range(WIDE)]:
            done.result()
    return connections["default"].pool


def end_every_session(stage):
    """What a restart does to those who wait: the server says farewell and hangs up."""
    ended = (
        "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity "
        "WHERE usename = 'waku_app'"
    )
    with psycopg.connect(stage.superuser_url, autocommit=True) as superuser:
        found = superuser.execute(ended).fetchone()
    assert found
    return found[0]


class TestAfterTheServerHungUp:
    def test_every_look_finds_a_fresh_connection(self, live_municipalities, pool):
        assert end_every_session(live_municipalities) >= WIDE

        for _ in range(2 * WIDE):
            with serving(live_municipalities.mihon):
                Standing.objects.count()
            connections["default"].close()

    def test_a_page_is_served_at_the_first_try(self, live_municipalities, pool):
        end_every_session(live_municipalities)
        resident = Client(raise_request_exception=False)

        answers = [resident.get("/sign-in/", headers={"host": HOSTS[CODE]["resident"]}) for _ in range(3)]  # fmt: skip

        assert [one.status_code for one in answers] == [200, 200, 200]

    def test_the_failure_is_real_when_nobody_looks_at_the_socket(
        self, live_municipalities, pool, monkeypatch
    ):
        end_every_session(live_municipalities)
        monkeypatch.setattr(base, "stands", lambda _connection: True)

        with serving(live_municipalities.mihon), pytest.raises(OperationalError):
            Standing.objects.count()
        connections["default"].close()


class TestAHealthyConnection:
    def test_is_never_asked(self, live_municipalities, pool, monkeypatch):
        asked = []
        monkeypatch.setattr(ConnectionPool, "check_connection", staticmethod(asked.append))

        for _ in range(WIDE):
            with serving(live_municipalities.mihon):
                Standing.objects.count()
            connections["default"].close()

        assert asked == []
