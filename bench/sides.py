"""The same residents on two web servers: a house with a few municipalities, and one with many.

The few's database is a copy of the other, page by page, taken before the many are made; so the
same presses can be asked of both in turn, and whatever mood the machine is in, both have it.
"""

from dataclasses import dataclass

import psycopg
from django.db import connections
from psycopg import sql

from bench.bookings import confirm
from bench.client import Browser, all_at_once
from bench.crowd import Visitor
from bench.effort import cpu_seconds, memory_mb, private_mb, sessions, sessions_seconds
from bench.stage import Stage
from config.embedded import PostgresServer
from tenancy import bootstrap

FEW, MANY = "waku_few", "waku"
WIDE = 8


@dataclass(frozen=True)
class Cost:
    """Seconds of a core that some requests took, in the web server and in the database."""

    web: float = 0.0
    database: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.web + other.web, self.database + other.database)

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(self.web - other.web, self.database - other.database)

    @property
    def both(self) -> float:
        """In all."""
        return self.web + self.database


@dataclass(frozen=True, eq=False)
class Side:
    """One house: its database and its web server."""

    stage: Stage
    database: str

    def settings(self) -> dict[str, str]:
        """What a process of this house is told; doorbells and queues are its own too."""
        servers = self.stage.servers
        url = servers.postgres.url(role="waku_app", password="app", database=self.database)  # noqa: S106
        number = 1 if self.database == FEW else 0
        return {"WAKU_DATABASE_URL": url, "WAKU_VALKEY_URL": servers.valkey.url(number=number)}

    def web(self) -> int:
        """The port of its web server."""
        return self.stage.web_beside(f"web-{self.database}", self.settings())

    def press(self, visitors: list[Visitor]) -> Cost:
        """Everybody presses the button of the confirm page."""
        host, before = self.stage.host(), self._used()
        load = all_at_once(visitors, confirm, port=self.web(), host=host, wide=WIDE)
        assert load.outcomes == {"granted": len(visitors)}, load.outcomes
        return self._used() - before

    def look(self, hosts: list[str]) -> Cost:
        """Everybody looks at the first page of one of these hosts."""

        async def look(browser: Browser, host: str) -> str:
            browser.host = host
            return str((await browser.wearing({}).get("/")).status)

        before = self._used()
        load = all_at_once(hosts, look, port=self.web(), host="-", wide=WIDE)
        assert set(load.outcomes) == {"200"}, load.outcomes
        return self._used() - before

    def memory(self) -> tuple[float, float]:
        """Megabytes of the largest web process, and of the largest session of its database."""
        held = [private_mb(pid) for pid in sessions(postmaster(self.stage), f"{self.database} ")]
        return memory_mb(self.web()), max(held)

    def _used(self) -> Cost:
        return Cost(cpu_seconds(self.web()), sessions_seconds(postmaster(self.stage)))


def copied(stage: Stage) -> tuple[Side, Side]:
    """The few's house and the many's, equal still; nothing but this process may be connected."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None:
            close_pool()
    superuser = stage.servers.postgres.url()
    with psycopg.connect(superuser, autocommit=True) as line:
        few, many = sql.Identifier(FEW), sql.Identifier(MANY)
        line.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER waku_owner STRATEGY file_copy").format(
                few, many
            )
        )
    bootstrap.bootstrap(
        superuser_url=superuser, database=FEW, owner_password="owner", app_password="app",  # noqa: S106
    )  # fmt: skip
    return Side(stage, FEW), Side(stage, MANY)


def postmaster(stage: Stage) -> int:
    """The database server's first process."""
    server = stage.servers.postgres
    assert isinstance(server, PostgresServer), "the figures need a server of their own"
    child = server._child  # noqa: SLF001 - its processes are measured
    assert child is not None
    return child.process.pid


def chores(stage: Stage, *, are_done: bool) -> None:
    """Let the server vacuum by itself, or not while requests are measured."""
    with psycopg.connect(stage.servers.postgres.url(), autocommit=True) as line:
        line.execute("ALTER SYSTEM SET autovacuum = " + ("on" if are_done else "off"))
        line.execute("SELECT pg_reload_conf()")
