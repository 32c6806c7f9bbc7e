"""Residents' pages: while others ask too, no municipality takes more than its share of a process.

A process has many threads, some connections and one interpreter. A municipality on its opening
morning may have nearly all of them, as long as nobody else asks. As soon as somebody does, few of
its requests run and the others wait in line: a waiting one costs a thread and nothing else. It may
hold as many threads as are free, so that whoever comes always finds one; only what is more is
answered at once with a calm page and Retry-After. Who has least running goes first.
Staff are never asked to wait here: their pages have processes of their own.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from django.conf import settings

from shared import metrics
from shared.views import errors
from tenancy import municipalities
from tenancy.directory.models import Host, Municipality
from tenancy.entrances.http import host_name

type Environment = dict[str, Any]
type Application = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]

RECENT_SECONDS = 10.0  # who asked so lately is still there
PATIENCE_SECONDS = 5.0
PATIENCE_INSIDE_SECONDS = 25.0  # of whoever has waited for their turn already; nginx waits for 60
INSIDE = "waku.inside"  # set in the environment by the waiting room, from a slip that it has signed
KEPT_FREE = 8  # one thread of so many is left for whoever is new, even by those who are inside


@dataclass
class _Place:
    """What one municipality has in this process at the moment."""

    running: int = 0
    line: "deque[Event]" = field(default_factory=deque)

    @property
    def held(self) -> int:
        return self.running + len(self.line)


@dataclass
class Counter:
    """Who has how much, and whether anybody else is there."""

    share: int  # so many of a municipality run while others are there
    most: int  # so many run in all: each may need a connection
    threads: int
    clock: Callable[[], float] = time.monotonic
    _lock: Lock = field(default_factory=Lock)
    _places: dict[str, _Place] = field(default_factory=dict)
    _newest: tuple[str, float] = ("", float("-inf"))
    _before: float = float("-inf")  # when anybody but the newest asked last

    def take(self, code: str, *, is_inside: bool = False) -> bool:
        """Begin a request of this municipality, after a wait perhaps; False where it is too much.

        Whoever was let in by the waiting room has waited once: they wait here longer and find
        room in the line as long as threads are left for others.
        """
        with self._lock:
            self._note(code)
            place = self._places.setdefault(code, _Place())
            if not place.line and self._may_run(code, place):
                place.running += 1
                return True
            if not self._is_alone(code) and not self._may_wait(place, is_inside=is_inside):
                self._forget(code)
                return False
            turn = Event()
            place.line.append(turn)
        patience = PATIENCE_INSIDE_SECONDS if is_inside else PATIENCE_SECONDS
        return self._has_turn(code, turn, patience)

    def give_back(self, code: str) -> None:
        """A request has ended."""
        with self._lock:
            self._places[code].running -= 1
            self._next()
            self._forget(code)

    def _next(self) -> None:
        """Whoever waits and has least running begins, as long as there is room."""
        while True:
            waiting = [
                (place.running, code)
                for code, place in self._places.items()
                if place.line and self._may_run(code, place)
            ]
            if not waiting:
                return
            place = self._places[min(waiting)[1]]
            place.running += 1
            place.line.popleft().set()

    def _has_turn(self, code: str, turn: Event, patience: float) -> bool:
        """Wait for it: with patience while others are there, and as long as it takes when alone."""
        while not turn.wait(patience):
            with self._lock:
                if turn.is_set():  # it has just come
                    return True
                if not self._is_alone(code):
                    self._places[code].line.remove(turn)
                    self._forget(code)
                    return False
        return True

    def _may_run(self, code: str, place: _Place) -> bool:
        running = sum(one.running for one in self._places.values())
        if self._is_alone(code):
            return running < max(
                self.share, self.most - self.share
            )  # a share is left for who comes
        return place.running < self.share and running < self.most

    def _may_wait(self, place: _Place, *, is_inside: bool) -> bool:
        free = self._free_threads()
        return free > self.threads // KEPT_FREE if is_inside else place.held < free

    def _free_threads(self) -> int:
        return self.threads - sum(place.held for place in self._places.values())

    def _note(self, code: str) -> None:
        now, (newest, asked_at) = self.clock(), self._newest
        if newest != code:
            self._before = asked_at
        self._newest = (code, now)

    def _is_alone(self, code: str) -> bool:
        newest, asked_at = self._newest
        others = self._before if newest == code else asked_at
        return others < self.clock() - RECENT_SECONDS

    def _forget(self, code: str) -> None:
        if not self._places[code].held:
            del self._places[code]


class Shares:
    """A WSGI application in front of another: it costs next to nothing to send somebody away."""

    def __init__(self, application: Application, counter: Counter | None = None) -> None:
        self.application = application
        self.counter = counter or Counter(
            settings.WAKU_SHARE_RUNNING, settings.WAKU_POOL_SIZE, settings.WAKU_THREADS
        )
        self._pages: dict[tuple[str, str, bool], tuple[bytes, list[tuple[str, str]]]] = {}

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = municipalities.kept_host(host_name(environ.get("HTTP_HOST", "")) or "-")
        is_file = environ.get("PATH_INFO", "").startswith(f"/{settings.STATIC_URL.strip('/')}/")
        if found is None or found.kind != Host.Kind.RESIDENT or is_file:
            return self.application(environ, start_response)
        code = found.municipality_id
        if not self.counter.take(code, is_inside=bool(environ.get(INSIDE))):
            return self._busy(found.municipality, environ, start_response)
        try:
            answer = self.application(environ, start_response)
        except BaseException:
            self.counter.give_back(code)
            raise
        return _Held(answer, lambda: self.counter.give_back(code))

    def _busy(
        self, municipality: Municipality, environ: Environment, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        metrics.TURNED_AWAY.inc()
        language = errors.language_of(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        is_sending = environ.get("REQUEST_METHOD") == "POST"
        key = (municipality.code, language, is_sending)
        if key not in self._pages:
            page = errors.busy(municipality, language=language, is_sending=is_sending)
            self._pages[key] = page.content, list(page.items())
        body, headers = self._pages[key]
        start_response("503 Service Unavailable", headers)
        return [body]


class _Held:
    """An answer that gives its place back when it has been read, or nobody reads it any more."""

    def __init__(self, answer: Iterable[bytes], give_back: Callable[[], None]) -> None:
        self.answer, self.give_back = answer, give_back
        self.is_held = True

    def __iter__(self) -> Iterator[bytes]:
        yield from self.answer

    def close(self) -> None:
        try:
            close = getattr(self.answer, "close", None)
            if close is not None:
                close()
        finally:
            if self.is_held:
                self.is_held = False
                self.give_back()
