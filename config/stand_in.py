"""The stand-in (代走): does beat's and the workers' rounds itself while the broker is lost.

PostgreSQL is the only truth: every round selects what is due there and takes it under its own
locks, so a round that is run here and there at once does nothing twice. What runs once a night can
wait for the broker.
"""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

import redis
from django.conf import settings
from django.db import connections

from config.celery import app
from config.schedule import SCHEDULE
from shared import pulse

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
MARK = "waku:stand-in"


def broker_takes_work() -> bool:
    """Whether Valkey can be written to: one that is full or silent takes no work either."""
    try:
        with redis.Redis.from_url(
            settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1
        ) as client:
            return bool(client.set(MARK, 1, ex=60))
    except redis.RedisError:
        return False


def rounds() -> dict[str, float]:
    """The tasks that come round within minutes, and how often."""
    return {
        str(entry["task"]): entry["schedule"]
        for entry in SCHEDULE.values()
        if isinstance(entry["schedule"], float)
    }


@dataclass
class StandIn:
    """One process that looks every second whether it is needed."""

    takes_work: Callable[[], bool] = broker_takes_work
    rounds: dict[str, float] = field(default_factory=rounds)
    is_standing_in: bool = False
    _due: dict[str, float] = field(default_factory=dict)
    _under_way: dict[str, "Future[None]"] = field(default_factory=dict)

    def run(self, stop: Event) -> None:
        """Look, and stand in where nobody else can, until told to stop."""
        app.loader.import_default_modules()  # as a worker does: without it no task is known
        with _by_itself(), ThreadPoolExecutor(len(self.rounds), "stand-in") as threads:
            while not stop.wait(LOOK_SECONDS):
                self.look(threads)
                pulse.beat("stand_in")

    def look(self, threads: ThreadPoolExecutor) -> None:
        """Begin what is due while the broker is lost; each round only once at a time."""
        is_lost = not self.takes_work()
        if is_lost != self.is_standing_in:
            log.warning("the broker is lost: standing in" if is_lost else "the broker is back")
            self.is_standing_in = is_lost
            self._due.clear()
        if not is_lost:
            return
        now = time.monotonic()
        for name, every in self.rounds.items():
            before = self._under_way.get(name)
            if self._due.get(name, 0.0) <= now and (before is None or before.done()):
                self._due[name] = now + every
                self._under_way[name] = threads.submit(_one, name)


def _one(name: str) -> None:
    try:
        app.tasks[name].apply()
    except Exception:  # the next round comes; one fault must not end the process
        log.exception("a round failed")
    finally:
        connections.close_all()


@contextmanager
def _by_itself() -> Iterator[None]:
    """Tasks that hand work on do it here, at once, instead of sending it."""
    before = app.conf.task_always_eager
    app.conf.task_always_eager = True
    try:
        yield
    finally:
        app.conf.task_always_eager = before
