"""Residents' pages: while others ask too, no municipality takes more than its share of a process.

A process has some threads and connections and one interpreter. A municipality on its opening
morning may have them all, as long as nobody else asks. As soon as somebody does, few of its
requests run and some wait; the others are answered at once with a calm page and Retry-After.
Staff are never asked to wait here: their pages have processes of their own.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Condition, Lock
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


@dataclass
class _Place:
    """What one municipality has in this process at the moment."""

    free: Condition
    running: int = 0
    waiting: int = 0


@dataclass
class Counter:
    """Who has how much, and whether anybody else is there."""

    most_running: int
    most_waiting: int
    clock: Callable[[], float] = time.monotonic
    _lock: Lock = field(default_factory=Lock)
    _places: dict[str, _Place] = field(default_factory=dict)
    _newest: tuple[str, float] = ("", float("-inf"))
    _before: float = float("-inf")  # when anybody but the newest asked last

    def take(self, code: str) -> bool:
        """Begin a request of this municipality, after a wait perhaps; False where it is too much."""
        with self._lock:
            place = self._places.setdefault(code, _Place(Condition(self._lock)))
            if self._is_alone(code) or self._has_room(place):
                place.running += 1
                return True
            return place.waiting < self.most_waiting and self._wait(place)

    def give_back(self, code: str) -> None:
        """A request has ended."""
        with self._lock:
            place = self._places[code]
            place.running -= 1
            place.free.notify()
            if not place.running and not place.waiting:
                del self._places[code]

    def _has_room(self, place: _Place) -> bool:
        return place.running < self.most_running and not place.waiting

    def _wait(self, place: _Place) -> bool:
        place.waiting += 1
        try:
            if not place.free.wait_for(lambda: place.running < self.most_running, PATIENCE_SECONDS):
                return False
            place.running += 1
            return True
        finally:
            place.waiting -= 1

    def _is_alone(self, code: str) -> bool:
        now, (newest, asked_at) = self.clock(), self._newest
        if newest != code:
            self._before = asked_at
        self._newest = (code, now)
        return self._before < now - RECENT_SECONDS


class Shares:
    """A WSGI application in front of another: it costs next to nothing to send somebody away."""

    def __init__(self, application: Application, counter: Counter | None = None) -> None:
        self.application = application
        self.counter = counter or Counter(settings.WAKU_SHARE_RUNNING, settings.WAKU_SHARE_WAITING)
        self._pages: dict[tuple[str, str, bool], tuple[bytes, list[tuple[str, str]]]] = {}

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = municipalities.kept_host(host_name(environ.get("HTTP_HOST", "")) or "-")
        is_file = environ.get("PATH_INFO", "").startswith(f"/{settings.STATIC_URL.strip('/')}/")
        if found is None or found.kind != Host.Kind.RESIDENT or is_file:
            return self.application(environ, start_response)
        code = found.municipality_id
        if not self.counter.take(code):
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
