"""How much waits, over every municipality together: asked of the database when somebody scrapes.

Sums, counts of municipalities and the oldest of all only: a line for each municipality would tell
who is having a bad day.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

from django.db import Error
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from config.stand_in import broker_takes_work
from notifications import outbox, waiting
from privacy import backups, chain_links
from tenancy import live, municipalities
from tenancy.current import serving
from tenancy.directory.models import Municipality

KEPT_SECONDS: Final = 15.0  # whoever asks oftener gets the same answer
SHARE: Final = 20  # of all municipalities of the country: asked for a twentieth of the time
_lock = Lock()
_kept: list[tuple[float, bytes]] = []


@dataclass
class _Sums:
    """What was found so far."""

    waiting: Counter[str] = field(default_factory=Counter)
    oldest: dict[str, float] = field(default_factory=dict)
    topics: dict[str, float] = field(default_factory=dict)
    municipalities: int = 0
    unread: int = 0
    late: int = 0
    unlinked: int = 0
    unlinked_age: float = 0.0
    head_age: float = 0.0
    without_backup: int = 0
    backup_age: float = 0.0


def told(*, at: datetime) -> bytes:
    """The gauges of the house, as Prometheus reads them; kept for some seconds."""
    with _lock:
        if _kept and time.monotonic() < _kept[0][0]:
            return _kept[0][1]
        began = time.monotonic()
        said = _written(_asked(at))
        ended = time.monotonic()
        _kept[:] = [(ended + max(KEPT_SECONDS, SHARE * (ended - began)), said)]
        return said


def _asked(at: datetime) -> _Sums:
    sums = _Sums()
    for municipality in municipalities.all_open():
        sums.municipalities += 1
        try:
            _ask(municipality, sums, at)
        except Error:
            sums.unread += 1  # the others are told; this one's absence is told too
    return sums


def _ask(municipality: Municipality, sums: _Sums, at: datetime) -> None:
    with serving(municipality):
        states = list(waiting.by_state())
        topics = live.changes()
        backlog, head = chain_links.backlog(), chain_links.newest()
        taken_at, is_late = backups.last_taken_at(at=at), outbox.is_late(at=at)
    for state, count, since in states:
        sums.waiting[state] += count
        sums.oldest[state] = max(sums.oldest.get(state, 0.0), _age(since, at))
    for topic, changed_at in topics.items():
        sums.topics[topic] = max(sums.topics.get(topic, 0.0), _age(changed_at, at))
    sums.unlinked += backlog.entries
    sums.unlinked_age = max(sums.unlinked_age, _age(backlog.oldest_at, at))
    sums.head_age = max(sums.head_age, _age(head.linked_at if head else None, at))
    sums.late += is_late
    sums.without_backup += taken_at is None
    sums.backup_age = max(sums.backup_age, _age(taken_at, at))


def _written(sums: _Sums) -> bytes:
    registry = CollectorRegistry()
    for name, words, label, values in (
        ("waku_messages", "Messages that are not done with", "state", sums.waiting),
        ("waku_messages_oldest_seconds", "Age of the oldest that is due", "state", sums.oldest),
        ("waku_topic_unchanged_seconds", "Since the picture last changed", "topic", sums.topics),
    ):
        gauge = Gauge(name, words, [label], registry=registry)
        for value, number in values.items():
            gauge.labels(value).set(number)
    for name, words, number in (
        ("waku_municipalities", "Open municipalities", sums.municipalities),
        ("waku_municipalities_unread", "Those that could not be asked", sums.unread),
        ("waku_municipalities_late", "Those whose people wait for a message too long", sums.late),
        ("waku_municipalities_without_backup", "None in 32 days", sums.without_backup),
        ("waku_backup_age_seconds", "Age of the oldest last backup", sums.backup_age),
        ("waku_access_log_unlinked", "Lines of access logs that no link holds", sums.unlinked),
        ("waku_access_log_oldest_seconds", "Age of the oldest of them", sums.unlinked_age),
        ("waku_access_log_head_seconds", "Age of the oldest newest head", sums.head_age),
        ("waku_valkey_takes_work", "Whether Valkey can be written to", broker_takes_work()),
    ):
        Gauge(name, words, registry=registry).set(number)
    return generate_latest(registry)


def _age(since: datetime | None, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0
