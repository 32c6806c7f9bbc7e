"""The processes of the stage: those of docker-compose.yml, each told what it is told there."""

import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from config.demo.supervisor import DemoFailed, Service, answers_tcp
from config.embedded import free_port
from config.stage import shape
from config.stage.places import TOP, Places
from config.stage.shape import Health

PASSED_ON = ("HOME", "LANG", "TZ", "TMPDIR", "WAKU_RUN", "WAKU_RUN_ALL")
PROGRAMS = Path(sys.executable).parent


class House:
    """What each process is told, once the two servers run."""

    def __init__(self, places: Places, *, superuser_url: str, valkey_url: str) -> None:
        self.places = places
        self.superuser_url, self.valkey_url = superuser_url, valkey_url
        self.carrier_port, self.mail_port = free_port(), free_port()
        self.generation: dict[str, int] = {}

    def values(self) -> dict[str, str]:
        """What .env and deploy/secrets/superuser.env hold in production."""
        return {
            "WAKU_APP_PASSWORD": self.places.word("app_password"),
            "WAKU_OWNER_PASSWORD": self.places.word("owner_password"),
            "WAKU_VALKEY_PASSWORD": self.valkey_url.split("@")[0].rpartition(":")[2],
            "WAKU_SUPERUSER_PASSWORD": self.superuser_url.split("@")[0].rpartition(":")[2],
            "WAKU_SECOND_PLACE": str(self.places.made("second_place")),
            "WAKU_MAIL_HOST": "localhost",
            "WAKU_MAIL_PORT": str(self.mail_port),
        }

    def addresses(self, container: str) -> dict[str, str]:
        """The addresses and paths of one container, and what they are here."""
        return {
            "postgres:5432": self._address(self.superuser_url),
            "valkey:6379": self._address(self.valkey_url),
            "/run/secrets/secret_key": str(self.places.secret("secret_key")),
            "/run/secrets/key_file": str(self.places.secret("key_file")),
            "/spool": str(self.places.made("spool")),
            "/second_place": str(self.places.made("second_place")),
            "/tmp": str(self.places.made(f"tmp/{container}")),  # noqa: S108 its own, ours here
        }

    def part(self, name: str, *, port: int = 0, container: str = "") -> shape.Part:
        """One process of the compose file, for this machine."""
        addresses = self.addresses(container or name)
        return shape.part(name, values=self.values(), addresses=addresses, port=port)

    def environment(self, part: shape.Part) -> dict[str, str]:
        """All that a process is told: the compose file's words, and what the image would add."""
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        shown = {} if self.places.port == 443 else {"WAKU_PORT_SHOWN": str(self.places.port)}
        return {
            **passed,
            "PATH": f"{PROGRAMS}:{os.environ.get('PATH', os.defpath)}",
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **shown,
            # In production the carrier's own address, and a mail server of a known authority.
            "WAKU_CARRIER_URL": f"http://127.0.0.1:{self.carrier_port}",
            "SSL_CERT_FILE": str(self.places.authority),
            **part.environment,
        }

    def one_off(self) -> tuple[list[str], dict[str, str]]:
        """The command and environment of `prepare`; other one-off commands share the latter."""
        part = self.part("prepare")
        secret = {"WAKU_SUPERUSER_PASSWORD": self.values()["WAKU_SUPERUSER_PASSWORD"]}
        return self._found(part.command), {**self.environment(part), **secret}

    def service(self, name: str, *, port: int = 0) -> Service:
        """The process under the next number of its name: web-1, then web-2."""
        self.generation[name] = self.generation.get(name, 0) + 1
        shown = f"{name}-{self.generation[name]}"
        part = self.part(name, port=port, container=shown)
        environment = self.environment(part)
        return Service(
            name=shown,
            command=self._giving_way(part),
            environment=environment,
            is_ready=is_ready(port) if shape.listens(name) else has_turned(part),
            patience=240,  # many processes wake at once
        )

    def health(self, name: str, *, port: int, container: str) -> tuple[Health, dict[str, str]]:
        """How the compose file asks this process, and what the question is told."""
        part = self.part(name, port=port, container=container)
        return shape.health(name, port=port), self.environment(part)

    def carrier(self) -> Service:
        """The carrier's and the mail server's stand-in, which is not there in production."""
        account = f"{self.places.word('carrier_account')}:{self.places.word('carrier_token')}"
        made = self.places.made("certificates")
        words = (
            *("--port", self.carrier_port, "--mail-port", self.mail_port, "--account", account),
            *("--certificate", made / "fullchain.pem", "--certificate-key", made / "privkey.pem"),
        )
        return Service(
            name="carrier",
            command=[sys.executable, "-m", "simulator", *map(str, words)],
            environment={"PYTHONUNBUFFERED": "1", "SSL_CERT_FILE": str(self.places.authority)}
            | {name: os.environ[name] for name in PASSED_ON if name in os.environ},
            is_ready=answers_tcp(self.carrier_port),
        )

    def doors(self) -> list[str]:
        """The processes that listen."""
        return [name for name in shape.ours() if shape.listens(name)]

    def others(self) -> Iterator[str]:
        """The processes that do not."""
        doors = self.doors()
        yield from (name for name in shape.ours() if name not in doors)

    def _giving_way(self, part: shape.Part) -> list[str]:
        """The command, with as much right to the processor as its cpu_shares give it."""
        found = self._found(part.command)
        if not part.gives_way:
            return found
        return [sys.executable, "-m", "config.gives_way", str(part.gives_way), *found]

    @staticmethod
    def _found(command: list[str]) -> list[str]:
        """The command with its program's place: beside our Python, else of the system."""
        program = shutil.which(command[0], path=f"{PROGRAMS}:{os.environ.get('PATH', os.defpath)}")
        if program is None:
            words = f"{command[0]} がありません。 / {command[0]} is missing."
            raise DemoFailed(words)
        return [program, *command[1:]]

    @staticmethod
    def _address(url: str) -> str:
        return url.rpartition("@")[2].partition("/")[0]


def is_ready(port: int) -> Callable[[], bool]:
    """Whether the door on this loopback port says that it may be given requests."""

    def ask() -> bool:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/readyz", headers={"Host": "inside"}
        )
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310 loopback
                return int(answer.status) == 204
        except (OSError, urllib.error.HTTPError):
            return False

    return ask


def has_turned(part: shape.Part) -> Callable[[], bool]:
    """Whether the process has done a first round of each kind."""
    folder = Path(part.environment["WAKU_PULSE_FOLDER"])
    names = shape.health(part.name).pulses
    return lambda: all((folder / name).exists() for name in names)


def hosts() -> Mapping[str, str]:
    """The hosts of the stage's municipalities, and the door of each; the second is furnished only."""
    doors = {"": "web", "staff.": "desk", "hooks.": "hooks"}
    towns = ("mihon", "tameshi")
    return {f"{kind}{town}.localhost": door for town in towns for kind, door in doors.items()}


__all__ = ["TOP", "House", "hosts", "is_ready"]
