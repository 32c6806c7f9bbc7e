"""What docker-compose.yml says of each process, filled in for one machine without Docker.

Nothing of a process is written down twice: its command and its settings are read from the file;
only addresses of other services and paths of a container are put in the machine's own words.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from config import gives_way

FILE = Path(__file__).parents[2] / "docker-compose.yml"
# Not processes of ours here: the servers come from wheels, nginx from the system, prepare ends.
ELSEWHERE = ("nginx", "postgres", "valkey", "prepare")
LISTENING = "--host 0.0.0.0 --port 8000"
VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::(?P<how>[?-])(?P<other>[^}]*))?\})")


class ShapeRefused(Exception):
    """The compose file says something that cannot be done here; the message says what."""


@dataclass(frozen=True)
class Part:
    """One process of the compose file, ready to be started."""

    name: str
    command: list[str]
    environment: dict[str, str]
    gives_way: int = 0  # steps of nice


@dataclass(frozen=True)
class Health:
    """How a process is asked whether it is well, and after how many bad answers it is not."""

    command: list[str]
    interval: float
    timeout: float
    retries: int
    start_period: float

    @property
    def pulses(self) -> list[str]:
        """The rounds that are asked about."""
        return [word.partition(":")[0] for word in self.command[2:] if ":" in word]


def health(name: str, *, port: int = 0, file: Path = FILE) -> Health:
    """One service's healthcheck; a door is asked at this port."""
    said = services(file)[name]["healthcheck"]
    how, *command = said["test"]
    if how != "CMD":
        raise ShapeRefused(f"{name}: healthcheck {how}")
    return Health(
        command=[*command, str(port)] if port else command,
        interval=_seconds(said["interval"]),
        timeout=_seconds(said["timeout"]),
        retries=int(said["retries"]),
        start_period=_seconds(said["start_period"]),
    )


def _seconds(words: str) -> float:
    return float(words.removesuffix("s"))


def services(file: Path = FILE) -> dict[str, dict[str, Any]]:
    """The services of the compose file by name."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text("utf-8"))["services"]
    return found


def ours(file: Path = FILE) -> list[str]:
    """The processes of our own image that stay, in the order of the file."""
    return [name for name in services(file) if name not in ELSEWHERE]


def listens(name: str, *, file: Path = FILE) -> bool:
    """Whether other services reach it by a port."""
    return LISTENING in str(services(file)[name]["command"])


def part(
    name: str,
    *,
    values: Mapping[str, str],
    addresses: Mapping[str, str],
    port: int = 0,
    file: Path = FILE,
) -> Part:
    """One service with its variables filled in and its container's addresses put in ours.

    `values` are what .env and the env_file would hold; `addresses` maps an address or a path of
    the container to ours.
    """
    said = services(file)[name]
    environment = {
        key: _here(filled(str(value), values), addresses)
        for key, value in (said.get("environment") or {}).items()
    }
    command = filled(str(said["command"]), values)
    if port:
        command = command.replace(LISTENING, f"--host 127.0.0.1 --port {port}")
    words = [_here(word, addresses) for word in shlex.split(command)]
    steps = gives_way.steps_for(int(said.get("cpu_shares", gives_way.USUAL)))
    return Part(name=name, command=words, environment=environment, gives_way=steps)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with ${NAME}, ${NAME:?} and ${NAME:-other} as Docker Compose reads them."""

    def value(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        found = values.get(match["name"], "")
        if found or match["how"] is None:
            return found
        if match["how"] == "?":
            raise ShapeRefused(
                f"{match['name']} の値がありません。 / {match['name']} has no value."
            )
        return match["other"]

    return VARIABLE.sub(value, text)


def _here(text: str, addresses: Mapping[str, str]) -> str:
    """Every address in one pass; a path only from its beginning: /tmp/beat, not /var/tmp."""
    theirs = "|".join(re.escape(address) for address in addresses)
    pattern = re.compile(rf"(?<![\w./])({theirs})(?!\w)") if theirs else None
    return pattern.sub(lambda match: addresses[match[1]], text) if pattern else text
