"""What Docker does with a healthcheck, on the stage: ask now and then, and say who is not well."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from config.stage.places import TOP
from config.stage.shape import Health


@dataclass
class Watched:
    """One process, and what it has answered lately."""

    health: Health
    environment: dict[str, str]
    since: float
    ask_at: float
    bad: int = 0
    why: str = ""
    is_unwell: bool = False
    asking: "subprocess.Popen[str] | None" = None
    asked_at: float = 0.0

    def ask(self, now: float) -> None:
        """Begin to ask; nobody waits for the answer here."""
        self.asked_at = now
        self.asking = subprocess.Popen(  # noqa: S603 the compose file's own words
            [sys.executable, *self.health.command[1:]],
            cwd=TOP, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def hear(self, now: float) -> None:
        """The answer, if it has come or will not come any more."""
        if self.asking is None:
            return
        code = self.asking.poll()
        if code is None and now - self.asked_at < self.health.timeout:
            return
        if code is None:
            self.asking.kill()
        _nothing, words = self.asking.communicate()
        self.asking, self.ask_at = None, now + self.health.interval
        if code == 0:
            self.bad, self.is_unwell = 0, False
        elif now - self.since > self.health.start_period:
            self.bad, self.why = self.bad + 1, words.strip() or "no answer"


@dataclass
class Watch:
    """Everybody's health."""

    clock: Callable[[], float] = time.monotonic
    _watched: dict[str, Watched] = field(default_factory=dict)

    def begin(self, name: str, health: Health, environment: dict[str, str]) -> None:
        """Watch one more, or one that was started again."""
        self.forget(name)
        now = self.clock()
        self._watched[name] = Watched(health, environment, since=now, ask_at=now)

    def forget(self, name: str) -> None:
        """It was ended."""
        one = self._watched.pop(name, None)
        if one is not None and one.asking is not None:
            one.asking.kill()
            one.asking.communicate()

    def unwell(self) -> Iterator[tuple[str, str]]:
        """Who has just become unwell, and what it said; each once."""
        now = self.clock()
        for name, one in self._watched.items():
            one.hear(now)
            if one.asking is None and now >= one.ask_at:
                one.ask(now)
            if one.bad >= one.health.retries and not one.is_unwell:
                one.is_unwell = True
                yield name, one.why
