"""Who listens in this process: one ear at Valkey and one look at rights for all open sockets.

A ring is {topic, seq} and carries nothing else. A ring that gets lost is found by the look, which
reads the sequences from PostgreSQL every few seconds; so the house works without Valkey too.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import redis.asyncio as valkey
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error
from redis.exceptions import RedisError

from notifications import outbox
from tenancy import live, municipalities, sessions
from tenancy.current import serving
from tenancy.directory.models import Municipality
from tenancy.permissions import Permission, allows

type Clock = Callable[[], datetime]
log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 3.0  # rights taken away close a socket within 5 s even if no bell rings
SEQUENCES_EVERY: Final = 4  # looks: every 12 s each socket hears where the sequences stand
BLIND_SECONDS: Final = 12.0  # sockets whose rights nobody could check so long are closed
RIGHTS_GONE, TRY_LATER = 4401, 1013
BELLS: Final = "bells"  # Valkey is lost: the look finds what is new, some seconds later
MESSAGES: Final = "messages"  # what people wait for has not left

OWN: Final = "desk"  # what happens to the operator's own windows
# What may be watched, and by whom.
TOPICS: Final[dict[str, Permission]] = {
    "places": Permission.SEE_VENUES,
    "board": Permission.SEE_BOARD,
}


@dataclass(eq=False)
class Listener:
    """One open socket: what it watches and what it has not been told yet."""

    session_key: str
    role: str
    own: str = ""  # the topic of this operator's own desk
    topics: frozenset[str] = frozenset()
    closing: int = 0
    _news: dict[str, Any] = field(default_factory=dict)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def subscribe(self, topics: Iterable[str]) -> None:
        """Watch these topics, as far as the role may."""
        asked = set(topics)
        self.topics = frozenset(
            topic for topic in asked if topic in TOPICS and allows(self.role, TOPICS[topic])
        )
        if OWN in asked and self.own and allows(self.role, Permission.TAKE_CALLS):
            self.topics |= {self.own}

    def ring(self, topic: str, seq: int) -> None:
        """A topic changed; of several rings not yet told only the last is."""
        if topic in self.topics:
            self._news[topic] = {"topic": self._told_as(topic), "seq": seq}
            self._woken.set()

    def stand(self, seqs: dict[str, int]) -> None:
        """Where the sequences stand now: whoever missed a ring finds out."""
        self._news[""] = {
            "seqs": {self._told_as(name): seqs.get(name, 0) for name in sorted(self.topics)}
        }
        self._woken.set()

    def delay(self, names: frozenset[str]) -> None:
        """What comes late now; nothing means that all is in time again."""
        self._news["delays"] = {"delays": sorted(names)}
        self._woken.set()

    def _told_as(self, topic: str) -> str:
        """The name a page knows: one's own desk is "desk", whoever it is."""
        return OWN if topic == self.own else topic

    def close(self, code: int) -> None:
        """Nothing more is told; the socket closes with this code."""
        self.closing = self.closing or code
        self._woken.set()

    async def news(self) -> list[dict[str, Any]]:
        """Wait until there is something to tell, or to close for."""
        await self._woken.wait()
        self._woken.clear()
        told, self._news = list(self._news.values()), {}
        return told


class Doorbells:
    """The listeners of one municipality in one process."""

    def __init__(self, municipality: Municipality, clock: Clock) -> None:
        self.municipality = municipality
        self._clock = clock
        self.seqs: dict[str, int] = {}
        self.delays: frozenset[str] = frozenset()
        self._listeners: set[Listener] = set()
        self._look_now = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._seen_at = time.monotonic()

    def join(self, listener: Listener) -> None:
        """Begin to listen; the first one starts the ear and the look."""
        self._listeners.add(listener)
        if not self._tasks:
            self._seen_at = time.monotonic()
            self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._look())]
            for task in self._tasks:
                task.add_done_callback(self._ended)
        self._look_now.set()

    def leave(self, listener: Listener) -> bool:
        """Listen no more; True where nobody is left and ear and look have stopped."""
        self._listeners.discard(listener)
        if self._listeners:
            return False
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        return True

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Nobody checks rights any more: fail closed."""
        if not task.cancelled():
            log.error("ear or look ended", exc_info=task.exception())
            self._close_all(TRY_LATER)

    async def _hear(self) -> None:
        """Hear rings as long as there is Valkey; without it the look finds what is new."""
        while True:
            with suppress(RedisError, OSError):
                await self._listen()
            self._delayed(BELLS, is_so=True)
            await asyncio.sleep(1.0)

    async def _listen(self) -> None:
        client = valkey.Redis.from_url(
            settings.WAKU_VALKEY_URL, socket_connect_timeout=1, health_check_interval=10
        )
        ear = client.pubsub(ignore_subscribe_messages=True)
        try:
            await ear.subscribe(f"waku:doorbell:{self.municipality.code}")
            self._delayed(BELLS, is_so=False)
            self._look_now.set()  # what rang before is found at once
            while True:
                heard = await ear.get_message(timeout=5.0)
                if heard:
                    self._heard(heard["data"])
        finally:
            await ear.aclose()  # type: ignore[no-untyped-call]
            await client.aclose()

    def _delayed(self, name: str, *, is_so: bool) -> None:
        """Tell everybody once when something begins to come late, and when it does no longer."""
        now = self.delays | {name} if is_so else self.delays - {name}
        if now != self.delays:
            self.delays = now
            for listener in self._listeners:
                listener.delay(now)

    def _heard(self, data: bytes) -> None:
        try:
            ring = json.loads(data)
            topic, seq = str(ring["topic"]), int(ring["seq"])
        except (ValueError, KeyError, TypeError):
            log.warning("a ring that says nothing")
            return
        if topic.startswith("staff."):
            self._look_now.set()
        else:
            self._ring(topic, seq)

    def _ring(self, topic: str, seq: int) -> None:
        if seq <= self.seqs.get(topic, 0):
            return
        self.seqs[topic] = seq
        for listener in self._listeners:
            listener.ring(topic, seq)

    async def _look(self) -> None:
        """Read rights and sequences anew every few seconds, or at once when somebody rang."""
        looks = 0
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), LOOK_SECONDS)
            self._look_now.clear()
            try:
                await self._check()
            except municipalities.UnknownMunicipality:
                self._close_all(TRY_LATER)  # on its way to another database, or closed
                continue
            except Error:
                log.exception("rights and sequences were not read")
                if time.monotonic() - self._seen_at > BLIND_SECONDS:
                    self._close_all(TRY_LATER)
                continue
            looks += 1
            if looks % SEQUENCES_EVERY == 0:
                for listener in self._listeners:
                    listener.stand(self.seqs)

    async def _check(self) -> None:
        watching = {one: one.session_key for one in self._listeners}
        alive, seqs, is_late = await database_sync_to_async(_read)(
            self.municipality, set(watching.values()), self._topics(), self._clock()
        )
        self._seen_at = time.monotonic()
        for listener, key in watching.items():
            # Another role is another person's rights: it comes back and asks anew.
            if alive.get(key) != listener.role:
                listener.close(RIGHTS_GONE)
        self._delayed(MESSAGES, is_so=is_late)
        for topic, seq in seqs.items():
            self._ring(topic, seq)

    def _topics(self) -> list[str]:
        """Everything somebody here may be told of: the pictures, and each open desk's own."""
        return [*TOPICS, *{one.own for one in self._listeners if one.own in one.topics}]

    def _close_all(self, code: int) -> None:
        for listener in self._listeners:
            listener.close(code)


def _read(
    municipality: Municipality, keys: set[str], topics: list[str], at: datetime
) -> tuple[dict[str, str], dict[str, int], bool]:
    """The roles behind living sessions, where sequences stand, whether messages are late."""
    # Asked for anew: it may have moved to another database since the first listener came.
    with serving(municipalities.find(code=municipality.code)):
        alive = sessions.living(keys, at=at)
        roles = {key: staff.role for key, staff in alive.items()}
        return roles, live.sequences(topics), outbox.is_late(at=at)


_here: dict[tuple[int, str], Doorbells] = {}


def join(municipality: Municipality, listener: Listener, *, clock: Clock) -> Doorbells:
    """Listen among those of one municipality in this process and this loop."""
    key = (id(asyncio.get_running_loop()), municipality.code)
    if key not in _here:
        _here[key] = Doorbells(municipality, clock)
    _here[key].join(listener)
    return _here[key]


def leave(municipality: Municipality, listener: Listener) -> None:
    """Listen no more."""
    key = (id(asyncio.get_running_loop()), municipality.code)
    bells = _here.get(key)
    if bells is not None and bells.leave(listener):
        _here.pop(key, None)
