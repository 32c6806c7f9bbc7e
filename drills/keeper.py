"""The processes of the house under a keeper that kills them without a word and starts them anew."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.embedded import bound_to_us

PATIENCE = 120.0


class NotStarted(RuntimeError):
    """A process did not come up; the message holds the end of its log."""


@dataclass
class Kept:
    """One process: what it runs, and how one knows that it answers."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    is_ready: Callable[[], bool] = lambda: True
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Keeper:
    """All processes; whoever starts them must stay: they end with the thread that did."""

    folder: Path
    kept: dict[str, Kept] = field(default_factory=dict)

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        is_ready: Callable[[], bool] = lambda: True,
    ) -> None:
        """Run it, in place of one of the same name, and wait until it answers."""
        self.end(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / f"{name}.log"
        self.kept[name] = Kept(name, command, environment, log, is_ready)
        self.again(name)

    def again(self, name: str) -> None:
        """Start it as before and wait until it answers."""
        one = self.kept[name]
        with one.log.open("ab") as output:
            one.process = _launched(one, output)
        deadline = time.monotonic() + PATIENCE
        while not one.is_ready():
            if not one.is_alive or time.monotonic() > deadline:
                words = "\n".join(one.log.read_text(errors="replace").splitlines()[-8:])
                raise NotStarted(f"{name}: {words}")
            time.sleep(0.05)

    def kill(self, name: str) -> int | None:
        """SIGKILL it with all its children; its number, or None where nothing was alive."""
        one = self.kept[name]
        if one.process is None or not one.is_alive:
            return None
        number = one.process.pid
        os.killpg(number, signal.SIGKILL)
        one.process.wait()
        return number

    def end(self, name: str) -> None:
        """End it for good, politely first."""
        one = self.kept.pop(name, None)
        if one is None or one.process is None or not one.is_alive:
            return
        one.process.terminate()
        try:
            one.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(one.process.pid, signal.SIGKILL)
            one.process.wait()

    def end_all(self) -> None:
        """Nothing of ours goes on."""
        for name in reversed(list(self.kept)):
            self.end(name)


def _launched(one: Kept, output: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        bound_to_us(one.command, death=signal.SIGKILL),
        env=dict(one.environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
