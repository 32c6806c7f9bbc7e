"""Servers of our own with durable settings, and the processes that are measured."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from config import gives_way
from config.demo.supervisor import Service, Supervisor, answers_http, answers_tcp, says
from config.embedded import TemporaryServers, free_port, temporary_servers

if TYPE_CHECKING:
    from bench.towns import Town

SID, TOKEN = "AC" + "1" * 32, "dummy-token"
RESIDENTS = gives_way.steps_for(1024)  # as docker-compose.yml says
WORKERS = 2  # of the web server: one a core
THREADS = {"web": 64, "desk": 12}
TRIED = ("WAKU_POOL_SIZE", "WAKU_SHARE_RUNNING", "WAKU_THREADS")  # given: for the residents' server


@dataclass
class Stage:
    """What stands while figures are taken."""

    servers: TemporaryServers
    supervisor: Supervisor
    is_quick: bool
    environment: dict[str, str]
    ports: dict[str, int] = field(default_factory=dict)
    town: "Town" = field(init=False)  # of the group that is measured now
    others_left: float = float("-inf")  # when the group before this one had ended

    def many(self, usual: int, quick: int) -> int:
        """How many: as usual, or a few to see that it runs."""
        return quick if self.is_quick else usual

    def alone(self) -> None:
        """Wait until the last group's town counts as a neighbour no more (ADR 0024)."""
        from tenancy.entrances.shares import RECENT_SECONDS  # once Django is set up

        quiet = self.others_left + RECENT_SECONDS + 0.5
        time.sleep(max(0.0, quiet - time.monotonic()))

    def host(self, kind: str = "resident") -> str:
        """A host of the municipality that is measured now."""
        return self.town.host(kind)

    def web(self, *, entrance: str = "config.wsgi") -> int:
        """The port of the residents' web server; started when first asked for."""
        return self._pages(
            f"web-{entrance}", entrance, self.host(), "web", steps=self.many(RESIDENTS, 0)
        )

    def web_beside(self, name: str, settings: Mapping[str, str]) -> int:
        """The port of one more web server for residents, with settings of its own."""
        return self._pages(
            name, "config.wsgi", self.host(), "web", steps=self.many(RESIDENTS, 0), more=settings
        )

    def desk(self) -> int:
        """The port of the staff's web server, in processes and a pool of its own."""
        return self._pages("desk", "config.wsgi", self.host("staff"), "desk")

    def live(self) -> int:
        """The port of the websockets."""
        if "live" not in self.ports:
            port = self.ports["live"] = free_port()
            self._start(
                "live",
                *("uvicorn", "--host", "127.0.0.1", "--port", port, "--log-level", "warning"),
                *("--no-server-header", "--ws", "websockets-sansio", "config.asgi:application"),
                is_ready=answers_tcp(port),
                settings={"WAKU_DOORS": "live", "WAKU_POOL_SIZE": "4"},
            )
        return self.ports["live"]

    def _pages(
        self, name: str, entrance: str, host: str, door: str, *,
        steps: int = 0, more: Mapping[str, str] | None = None,
    ) -> int:  # fmt: skip
        if name not in self.ports:
            port = self.ports[name] = free_port()
            tried = {one: os.environ[one] for one in TRIED if one in os.environ and door == "web"}
            threads = tried.get("WAKU_THREADS", str(THREADS[door]))
            self._start(
                name,
                *("granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"),
                *("--port", port, "--workers", WORKERS, "--blocking-threads", threads),
                *("--log-level", "warning", f"{entrance}:application"),
                is_ready=answers_http(port, "/", host=host),
                settings={"WAKU_DOORS": door, "WAKU_THREADS": threads, **tried, **(more or {})},
                steps=steps,
            )
        return self.ports[name]

    def announcer(self) -> None:
        """The process that announces places, as production runs it."""
        if "announcer" not in self.ports:
            self.ports["announcer"] = 0
            self.announcer_beside("announcer", {})

    def announcer_beside(self, name: str, settings: Mapping[str, str]) -> int:
        """One more of them, with settings of its own; its process."""
        ready = "announcer: ready."
        self._start(name, "django", "announce", ready_words=ready, settings=settings)
        return self.supervisor.pid(name)

    def background(self, kind: str, *words: object, settings: Mapping[str, str]) -> int:
        """A process of Celery's, as production runs it; its number."""
        name = f"{kind}-{len(self.supervisor.names())}"
        ready = {"worker": " ready.", "beat": "maxinterval"}[kind]  # their last words at the start
        command = ("celery", "--app", "config.celery", kind, "--loglevel", "INFO", *words)
        self._start(name, *command, ready_words=ready, settings=settings)
        return self.supervisor.pid(name)

    def carrier(self) -> int:
        """The port of the simulated carrier."""
        if "carrier" not in self.ports:
            port = self.ports["carrier"] = int(
                self.environment["WAKU_CARRIER_URL"].rpartition(":")[2]
            )
            self._start(
                "simulator",
                *("simulator", "--port", port, "--mail-port", free_port()),
                *("--account", f"{SID}:{TOKEN}"),
                is_ready=answers_tcp(port),
            )
        return self.ports["carrier"]

    def command(self, *words: object) -> list[str]:
        """A command line of this Python."""
        return [sys.executable, "-m", *map(str, words)]

    def _start(
        self,
        name: str,
        *words: object,
        ready_words: str = "",
        settings: Mapping[str, str] | None = None,
        steps: int = 0,
        **given: object,
    ) -> None:
        log = self.supervisor.log_folder / f"{name}.log"
        way = self.command("config.gives_way", steps) if steps else []
        if ready_words:
            given["is_ready"] = says(log, ready_words)
        self.supervisor.start(
            Service(
                name=name,
                command=[*way, *self.command(*words)],
                environment={
                    **self.environment,
                    "BENCH_CODE": self.town.code,
                    **(settings or {}),
                },
                patience=240,  # on a crowded machine
                **given,  # type: ignore[arg-type]
            )
        )


@contextmanager
def standing_servers(*, is_quick: bool) -> Iterator[Stage]:
    """Fresh servers that keep what they acknowledge, and processes as they are asked for."""
    with temporary_servers(settings={}) as servers:
        environment = _environment(servers)
        os.environ.update(environment)
        with Supervisor(log_folder=servers.folder / "log") as supervisor:
            stage = Stage(servers, supervisor, is_quick, environment)
            _set_up(servers)
            yield stage


def _environment(servers: TemporaryServers) -> dict[str, str]:
    folder = servers.folder
    passed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "WAKU_RUN", "WAKU_RUN_ALL") if name in os.environ}  # fmt: skip
    database, owner = (
        servers.postgres.url(role=role, password=word, database="waku")
        for role, word in (("waku_app", "app"), ("waku_owner", "owner"))
    )
    return {
        **passed,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        "WAKU_LOOPBACK": "1",
        "WAKU_DOOR_OF_NETWORK": "0",  # the whole crowd comes from one address
        "WAKU_SECRET_KEY": "only-for-figures-" + "x" * 40,
        "WAKU_KEY_FILE": str(folder / "wrapping.key"),
        "WAKU_SPOOL": str(folder / "spool"),
        "WAKU_DATABASE_URL": database,
        "WAKU_OWNER_DATABASE_URL": owner,
        "WAKU_VALKEY_URL": servers.valkey.url(),
        "WAKU_CARRIER_URL": f"http://127.0.0.1:{free_port()}",
    }


def _set_up(servers: TemporaryServers) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from privacy import key_file
    from tenancy import bootstrap

    key_file.make(Path(os.environ["WAKU_KEY_FILE"]))
    bootstrap.bootstrap(
        superuser_url=servers.postgres.url(), database="waku",
        owner_password="owner", app_password="app",  # noqa: S106 - thrown away with the servers
    )  # fmt: skip
    call_command("migrate", "directory", database="owner", verbosity=0)
