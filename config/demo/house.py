"""The demo's processes and what each is told: ports, addresses, secrets."""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.embedded import OtherPostgres, OtherValkey, PostgresServer, ValkeyServer, free_port

from .keepsakes import keepsakes, key_file
from .supervisor import DemoFailed, Service, answers_http, answers_tcp, says

TOP = Path(__file__).parents[2]
HERE = TOP / ".waku"
PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "WAKU_RUN", "WAKU_RUN_ALL", "WAKU_DEMO_PEOPLE")


@dataclass(frozen=True)
class Places:
    """Where the demo keeps its things and which port a person opens."""

    folder: Path
    port: int

    @classmethod
    def from_environment(cls) -> "Places":
        """WAKU_DEMO_FOLDER and WAKU_PORT, or .waku/demo and 8000."""
        folder = Path(os.environ.get("WAKU_DEMO_FOLDER") or HERE / "demo")
        given = os.environ.get("WAKU_PORT") or "8000"
        if not (given.isdecimal() and 1 <= int(given) <= 65535):
            words = f"WAKU_PORT は 1 から 65535 の番号です({given})。"
            raise DemoFailed(f"{words} / WAKU_PORT is a number from 1 to 65535.")
        return cls(folder=folder.absolute(), port=int(given))

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.folder.parent / "log" if self.folder == HERE / "demo" else self.folder / "log"


class House:
    """The processes of the demo, once its two servers run."""

    def __init__(
        self,
        places: Places,
        database: PostgresServer | OtherPostgres,
        doorbell: ValkeyServer | OtherValkey,
    ) -> None:
        self.places = places
        self.superuser_url = database.url(database="postgres")
        self.carrier_port, self.mail_port = free_port(), free_port()
        self._kept = keepsakes(places.folder)
        self._database, self._doorbell = database, doorbell

    def environment(self) -> dict[str, str]:
        """What every process of the house is told."""
        kept, folder = self._kept, self.places.folder
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return {
            **passed,
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "WAKU_DEMO": "1",
            "WAKU_LOOPBACK": "1",
            "WAKU_PORT_SHOWN": str(self.places.port),
            "WAKU_SECRET_KEY": kept.secret_key,
            "WAKU_KEY_FILE": str(key_file(folder)),
            "WAKU_SPOOL": str(folder / "spool"),
            "WAKU_ANCHOR_FOLDER": str(_made(folder / "second_place")),
            "WAKU_DATABASE_URL": self._login("waku_app", kept.app_password),
            "WAKU_VALKEY_URL": self._doorbell.url(),
            "WAKU_CARRIER_URL": f"http://127.0.0.1:{self.carrier_port}",
            "WAKU_CARRIER_ACCOUNT": kept.carrier_account,
            "WAKU_CARRIER_TOKEN": kept.carrier_token,
            "WAKU_MAIL_HOST": "127.0.0.1",
            "WAKU_MAIL_PORT": str(self.mail_port),
        }

    def owner_environment(self) -> Mapping[str, str]:
        """What the one step that may make tables is told, and nobody else."""
        owner = self._login("waku_owner", self._kept.owner_password)
        return {**self.environment(), "WAKU_OWNER_DATABASE_URL": owner}

    def _login(self, role: str, password: str) -> str:
        return self._database.url(role=role, password=password, database="waku")

    def services(self) -> Iterator[Service]:
        """The processes in the order they start."""
        yield self._simulator()
        yield self._pages()
        yield self._worker()
        yield self._beat()
        yield self._announcer()
        yield self._chainer()

    def _simulator(self) -> Service:
        kept, port = self._kept, self.carrier_port
        account = f"{kept.carrier_account}:{kept.carrier_token}"
        return self._service(
            "simulator",
            *("simulator", "--port", port, "--mail-port", self.mail_port, "--account", account),
            *("--callback-origin", f"http://127.0.0.1:{self.places.port}"),
            ready_port=port,
        )

    def _pages(self) -> Service:
        port = self.places.port
        return Service(
            name="pages",
            command=_python(
                *("uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", port),
                *("--log-level", "warning", "--no-access-log", "--no-server-header"),
                "--no-proxy-headers",  # nobody stands in front: an address is what it is
                *("--ws", "websockets-sansio", "--timeout-graceful-shutdown", 3),
            ),
            environment=self.environment(),
            is_ready=answers_http(port),
        )

    def _worker(self) -> Service:
        return self._service(
            "worker",
            *("celery", "--app", "config.celery", "worker", "--loglevel", "INFO"),
            *("--pool", "threads", "--concurrency", 4),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ready_words=" ready.",
        )

    def _beat(self) -> Service:
        return self._service(
            "beat",
            *("celery", "--app", "config.celery", "beat", "--loglevel", "INFO"),
            *("--schedule", self.places.folder / "beat", "--pidfile", ""),
            ready_words="beat: Starting",
        )

    def _announcer(self) -> Service:
        return self._service("announcer", "django", "announce", ready_words="announcer: ready.")

    def _chainer(self) -> Service:
        return self._service("chainer", "django", "chain_log", ready_words="chainer: ready.")

    def _service(
        self, name: str, *words: object, ready_port: int = 0, ready_words: str = ""
    ) -> Service:
        log = self.places.logs / f"{name}.log"
        ready = answers_tcp(ready_port) if ready_port else says(log, ready_words)
        return Service(
            name=name,
            command=_python(*words),
            environment=self.environment(),
            is_ready=ready,
        )


def _python(*words: object) -> list[str]:
    return [sys.executable, "-m", *map(str, words)]


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
