"""Live topics: the truth and its sequence in PostgreSQL, a doorbell on the wire (配信)."""

import hashlib
import json
import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, cast

import redis
from django.conf import settings
from django.db.models import F
from django.utils.module_loading import import_string

from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models.topic import Topic

log = logging.getLogger(__name__)
WORK = "waku:work:{}"
MESSAGES = "messages"
LEAP = 10**9  # more changes than happen between two backups

QUIET_SECONDS = 0.5  # after a lost ring: rounds and looks find what is new meanwhile
_lost = {"until": 0.0}


def announce(*, of: str = "", at: datetime) -> None:
    """Make every live picture of the municipality anew, or one; it rises only where it differs.

    Which pictures there are stands in the settings: the storeys above make them.
    """
    for topic, name in settings.WAKU_ANNOUNCERS.items():
        if of in {"", topic}:
            import_string(name)(at=at)


def publish(*, topic: str, body: dict[str, Any], at: datetime) -> Topic:
    """Keep a topic's newest picture; when it differs, its sequence rises by one and rings."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    etag = hashlib.sha256(text.encode()).hexdigest()
    with municipality_atomic():
        # The former picture may be large and is not needed to tell whether this one differs.
        light = Topic.objects.defer("body")
        light.get_or_create(name=topic, defaults={"changed_at": at})
        row = light.select_for_update().get(name=topic)
        if row.etag == etag:
            return row
        row.seq, row.body, row.etag, row.changed_at = row.seq + 1, body, etag, at
        row.save()
        ring = {"topic": topic, "seq": row.seq}
        code = current().code
        on_commit(lambda: doorbell(code, ring))
    return row


def leap(*, at: datetime) -> None:
    """After a restore: pictures already shown had higher numbers, and none may come again."""
    Topic.objects.update(seq=F("seq") + LEAP, etag="", changed_at=at)


def find(topic: str) -> Topic | None:
    """A topic with its newest picture, if it was ever published."""
    return Topic.objects.filter(name=topic).first()


def sequences(topics: list[str]) -> dict[str, int]:
    """The newest sequence of each of these topics."""
    return dict(Topic.objects.filter(name__in=topics).values_list("name", "seq"))


def changes() -> dict[str, datetime]:
    """When each picture that the house makes last changed; an operator's own desk is none of them."""
    made = Topic.objects.filter(name__in=settings.WAKU_ANNOUNCERS)
    return dict(made.values_list("name", "changed_at"))


def stir(*, of: str = "") -> None:
    """Say that pictures may have changed, or one alone; the announcer makes them. Never waits.

    Where reservations may have changed there are messages too: that is noted on the same way.
    """
    code = current().code
    ring = json.dumps({"municipality": code, "of": of})

    def say() -> None:
        with _valkey().pipeline(transaction=False) as both:
            both.publish("waku:stir", ring)
            if not of:
                both.sadd(WORK.format(MESSAGES), code)
            both.execute()

    _quietly(say)


def has_work(kind: str) -> None:
    """Note that the municipality has work of this kind, so that its turn comes at once."""
    _quietly(lambda: _valkey().sadd(WORK.format(kind), current().code))


def who_has_work(kind: str) -> list[str]:
    """Whose work was noted since the last time; lost notes are found when everybody has a turn."""
    found: list[str] = []

    def take() -> None:
        taken = _valkey().spop(WORK.format(kind), 10_000)
        found.extend(code.decode() for code in cast("list[bytes]", taken or []))

    _quietly(take)
    return found


def doorbell(code: str, ring: dict[str, Any]) -> None:
    """Ring at every open socket of one municipality; a lost ring is found by sequence."""
    _ring(f"waku:doorbell:{code}", ring)


def _ring(channel: str, ring: dict[str, Any]) -> None:
    _quietly(lambda: _valkey().publish(channel, json.dumps(ring)))


def _quietly(say: Callable[[], object]) -> None:
    if time.monotonic() < _lost["until"]:
        return  # nobody waits for a Valkey that has just not answered
    try:
        say()
    except redis.RedisError:
        # Valkey is a doorbell only: sockets and consoles find the new sequence by themselves.
        _lost["until"] = time.monotonic() + QUIET_SECONDS
        log.warning("doorbell lost")


@cache
def _valkey() -> "redis.Redis":
    return redis.Redis.from_url(
        settings.WAKU_VALKEY_URL, socket_timeout=0.5, socket_connect_timeout=0.5
    )
