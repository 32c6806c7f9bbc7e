"""The announcer: hears that places changed and publishes the new picture (空き状況の配信係).

A lost Valkey costs speed only: every open municipality is looked at in rounds anyway, every two
seconds where they are few; of all the country's, a round takes as long as it takes at a quarter of
a processor.
"""

import json
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

import redis
from django.conf import settings
from django.db import Error, connections

from shared import pulse
from tenancy import live, municipalities
from tenancy.current import serving
from tenancy.directory.models import Municipality

log = logging.getLogger(__name__)

STIR = "waku:stir"
TOGETHER_SECONDS = 0.1  # changes of this long are announced at once
ROUND_SECONDS = 2.0
LISTEN_SECONDS = 0.05
REST = 3  # after a costly picture, rest this many times as long: places must stay sellable


type Picture = tuple[str, str]  # a municipality's code and a topic


@dataclass
class Announcer:
    """One process's ears and its list of whom to announce next."""

    clock: Callable[[], datetime]
    _due: dict[Picture, float] = field(default_factory=dict)
    _rested: dict[Picture, float] = field(default_factory=dict)
    _round: "deque[Picture]" = field(default_factory=deque)
    _next_round: float = 0.0
    _go_on: float = 0.0  # when the round does, after a rest
    _next_beat: float = 0.0
    _ears: "redis.client.PubSub | None" = None
    _listen_again: float = 0.0

    def run(self, stop: Event) -> None:
        """Listen and announce until asked to stop."""
        while not stop.is_set():
            self._listen(stop)
            self._announce_due(stop)
            if time.monotonic() >= self._next_beat:
                self._next_beat = time.monotonic() + 1.0
                pulse.beat("announcer")
        self._deaf()

    def _listen(self, stop: Event) -> None:
        """Hear for a moment who was stirred; without Valkey the moment just passes."""
        try:
            ears = self._ears or self._connect()
            heard = ears.get_message(timeout=LISTEN_SECONDS) if ears else None
            while heard:
                self._stirred(heard)
                assert ears is not None
                heard = ears.get_message(timeout=0)
        except redis.RedisError:
            log.warning("stir not heard: rounds go on")
            self._deaf()
        if self._ears is None:
            stop.wait(LISTEN_SECONDS)

    def _connect(self) -> "redis.client.PubSub | None":
        if time.monotonic() < self._listen_again:
            return None
        self._listen_again = time.monotonic() + ROUND_SECONDS
        client = redis.Redis.from_url(
            settings.WAKU_VALKEY_URL, socket_connect_timeout=0.5, health_check_interval=10
        )
        self._ears = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        self._ears.subscribe(STIR)
        return self._ears

    def _deaf(self) -> None:
        if self._ears is not None:
            self._ears.close()
        self._ears = None

    def _stirred(self, heard: dict[str, object]) -> None:
        try:
            stirred = json.loads(str(bytes(heard["data"]), "utf-8"))  # type: ignore[call-overload]
            code, of = str(stirred["municipality"]), str(stirred.get("of", ""))
        except (ValueError, KeyError, TypeError):
            log.warning("a stir that names nobody")
            return
        for topic in settings.WAKU_ANNOUNCERS:
            if of in {"", topic}:
                self._due.setdefault((code, topic), time.monotonic() + TOGETHER_SECONDS)

    def _announce_due(self, stop: Event) -> None:
        """Whoever was stirred, at once; then some of the round, never so many that nobody listens."""
        now = time.monotonic()
        if now >= self._next_round and not self._round:
            self._next_round = now + ROUND_SECONDS
            topics = settings.WAKU_ANNOUNCERS
            self._round = deque((one.code, topic) for one in _open_ones() for topic in topics)
        for picture in [picture for picture, due in self._due.items() if due <= now]:
            if stop.is_set():
                return
            if self._rested.get(picture, 0.0) <= now:
                del self._due[picture]
                self._announce(*picture)
        if self._round and self._go_on <= now:
            self._some_of_the_round(stop)

    def _some_of_the_round(self, stop: Event) -> None:
        """A piece, and a rest: the round of many finds nearly nothing and may not cost a processor."""
        began = now = time.monotonic()
        while self._round and not stop.is_set() and now < began + TOGETHER_SECONDS:
            picture = self._round.popleft()
            if self._rested.get(picture, 0.0) <= now:
                self._due.pop(picture, None)
                self._announce(*picture)
            now = time.monotonic()
        self._go_on = now + min(REST * (now - began), ROUND_SECONDS)

    def _announce(self, code: str, topic: str) -> None:
        """Make one picture anew; each rests for itself, so a costly one holds up no other."""
        began = time.monotonic()
        try:
            with serving(municipalities.find(code=code)):
                live.announce(of=topic, at=self.clock())
        except municipalities.UnknownMunicipality:
            log.warning("a stir for a municipality that is not ours")
        except Error:
            # The next round tries again; a broken connection is not kept for it.
            log.exception("not announced", extra={"municipality": code, "topic": topic})
            for connection in connections.all(initialized_only=True):
                connection.close()
        ended = time.monotonic()
        self._rested[code, topic] = ended + min(REST * (ended - began), ROUND_SECONDS)


def _open_ones() -> list[Municipality]:
    try:
        return municipalities.all_open()
    except Error:
        log.exception("the directory was not read")
        for connection in connections.all(initialized_only=True):
            connection.close()
        return []
