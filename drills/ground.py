"""The ground of a drill: servers of its own, the house's processes as production runs them."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg

from bench import stage as stage_module
from bench.stage import SID, TOKEN, Stage, standing_servers
from config.demo.supervisor import answers_http, answers_tcp, says
from config.embedded import (
    PostgresServer,
    TemporaryServers,
    ValkeyServer,
    free_port,
    temporary_servers,
)
from drills.keeper import Keeper
from drills.log import Log

WORKERS = 2
SMALL_JOURNAL = {"max_wal_size": "64MB", "min_wal_size": "32MB"}


@dataclass
class Ground(Stage):
    """A stage whose processes may be killed, and the log that outlives them."""

    keeper: Keeper = field(init=False)
    log: Log = field(init=False)
    entrance: str = "config.wsgi"
    part: tuple[int, int] = (1, 1)  # of a scenario that may be run in parts
    more: dict[str, str] = field(default_factory=dict)  # of the environment of processes

    def __post_init__(self) -> None:
        """Its own keeper."""
        self.keeper = Keeper(self.servers.folder / "drill")

    @property
    def postgres(self) -> PostgresServer:
        """The database that is ours to kill."""
        assert isinstance(self.servers.postgres, PostgresServer)
        return self.servers.postgres

    @property
    def valkey(self) -> ValkeyServer:
        """The Valkey that is ours to kill."""
        assert isinstance(self.servers.valkey, ValkeyServer)
        return self.servers.valkey

    def web(self, *, entrance: str = "") -> int:
        """The port of the residents' site, started when first asked for."""
        del entrance
        if "web" not in self.keeper.kept:
            port = self.ports["web"] = free_port()
            self._run(
                "web",
                *("granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"),
                *("--port", port, "--workers", WORKERS, "--blocking-threads", 32),
                *("--log-level", "warning", f"{self.entrance}:application"),
                ready=answers_http(port, "/", host=self.host()),
            )
        return self.ports["web"]

    def desk(self) -> int:
        """The port of the staff's site, in processes and a pool of its own."""
        return self._door("desk", "staff", "/healthz")

    def hooks(self) -> int:
        """The port of the carriers' callbacks."""
        return self._door("hooks", "hooks", "/healthz")

    def _door(self, name: str, kind: str, path: str) -> int:
        if name not in self.keeper.kept:
            port = self.ports[name] = free_port()
            self.more["WAKU_DOORS"] = name
            self._run(
                name,
                *("granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"),
                *("--port", port, "--workers", 1, "--blocking-threads", 8),
                *("--log-level", "warning", "config.wsgi:application"),
                ready=answers_http(port, path, host=self.host(kind)),
            )
            del self.more["WAKU_DOORS"]
        return self.ports[name]

    def announcer(self) -> None:
        """The announcer."""
        self.turning("announcer", "announce", "announcer: ready.")

    def turning(self, name: str, command: str, words: str) -> None:
        """A process that does its rounds without end; `words` say that it has begun."""
        if name not in self.keeper.kept:
            log = self.keeper.folder / f"{name}.log"
            self._run(name, "django", command, ready=says(log, words))

    def live(self) -> int:
        """The port of the websocket server."""
        if "live" not in self.keeper.kept:
            port = self.ports["live"] = free_port()
            self._run(
                "live",
                *("uvicorn", "--host", "127.0.0.1", "--port", port, "--ws", "websockets-sansio"),
                *("--log-level", "warning", "config.asgi:application"),
                ready=answers_tcp(port),
            )
        return self.ports["live"]

    def celery(self, name: str, *words: object, app: str = "config.celery") -> None:
        """A worker or a beat by the name given."""
        log = self.keeper.folder / f"{name}.log"
        log.unlink(missing_ok=True)
        ready = says(log, "ready." if "worker" in words else "beat: Starting")
        self._run(name, "celery", "--app", app, *words, ready=ready)

    def carrier(self) -> int:
        """The port of the simulated carrier and mail server."""
        if "simulator" not in self.keeper.kept:
            port = int(self.environment["WAKU_CARRIER_URL"].rpartition(":")[2])
            self.ports["carrier"], self.ports["mail"] = port, free_port()
            self._run(
                "simulator",
                *("simulator", "--port", port, "--mail-port", self.ports["mail"]),
                *("--account", f"{SID}:{TOKEN}"),
                ready=answers_tcp(port),
            )
        return self.ports["carrier"]

    def _run(self, name: str, *words: object, ready: object = None) -> None:
        environment = self.environment | self.more | {"BENCH_CODE": self.town.code}
        command = [sys.executable, "-m", *map(str, words)]
        if callable(ready):
            self.keeper.start(name, command, environment, ready)
        else:
            self.keeper.start(name, command, environment)

    # Kills. Each says in the log whether somebody was there to be killed.

    def kill_process(self, name: str) -> bool:
        """Kill a process of the house and start it again."""
        number = self.keeper.kill(name)
        self.log.killed(name, number or 0, has_landed=number is not None)
        self.keeper.again(name)
        return number is not None

    def kill_backend(self) -> bool:
        """Kill one backend that works for the application; PostgreSQL starts all others anew."""
        number = 0
        with contextlib.suppress(psycopg.Error), psycopg.connect(self.postgres.url()) as line:
            found = line.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = 'waku_app' "
                "ORDER BY state = 'active' DESC, query_start DESC NULLS LAST LIMIT 1"
            ).fetchone()
            number = found[0] if found else 0
        if number:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.log.killed("backend", number, has_landed=bool(number))
        self.wait_for_postgres()
        return bool(number)

    def kill_postmaster(self) -> bool:
        """Kill PostgreSQL's parent and start it again on the same port."""
        server = self.postgres
        child = server._child  # noqa: SLF001 - its process is the one to kill
        server.wanted_port = server.port
        has_landed = child is not None and child.process.poll() is None
        if child is not None and has_landed:
            child.process.kill()
            child.process.wait()
        self.log.killed("postmaster", child.process.pid if child else 0, has_landed=has_landed)
        server.stop()
        server.start()
        return has_landed

    def wait_for_postgres(self, patience: float = 60.0) -> None:
        """Until it answers again."""
        deadline = time.monotonic() + patience
        while True:
            try:
                with psycopg.connect(self.postgres.url(), connect_timeout=5) as line:
                    line.execute("SELECT 1")
            except psycopg.Error:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return


def _servers_on(
    folder: Path, *, settings: Mapping[str, str]
) -> AbstractContextManager[TemporaryServers]:
    """Servers on a small disk keep a small journal."""
    return temporary_servers(parent=folder, settings={**settings, **SMALL_JOURNAL})


@contextmanager
def standing_ground(
    *, is_quick: bool, log_folder: Path, on: Path | None = None
) -> Iterator[Ground]:
    """Servers, keeper and a folder for logs that stays when everything else is thrown away."""
    log_folder.mkdir(parents=True, exist_ok=True)
    if on is not None:
        vars(stage_module)["temporary_servers"] = partial(_servers_on, on)
    with standing_servers(is_quick=is_quick) as stage:
        ground = Ground(stage.servers, stage.supervisor, is_quick, stage.environment)
        try:
            yield ground
        finally:
            ground.keeper.end_all()
