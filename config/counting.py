"""Outermost: each answer is counted and told as one log line; of the person it names nothing."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any, Final

from django.conf import settings
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpRequest

from shared import metrics

log = logging.getLogger("waku.requests")
METHODS: Final = frozenset({"GET", "HEAD", "POST"})
DOORS: Final = {"resident": "web", "staff": "desk", "hooks": "hooks"}
LOOK_SECONDS: Final = 5.0


class CountedRequests:
    """Counts answers by door, pattern of the page, method and status; writes the request's line."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if metrics.FOLDER:  # who is asked for the figures speaks for the other processes too
            Thread(target=_keep_counting, name="pools", daemon=True).start()

    def __call__(self, request: HttpRequest) -> Any:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        door = DOORS.get(str(getattr(request, "host_kind", "")), "none")
        method = request.method if request.method in METHODS else "other"
        route = route_of(request)
        metrics.REQUESTS.labels(door, route, method, response.status_code).inc()
        metrics.SECONDS.labels(door).observe(seconds)
        if settings.WAKU_LOG_REQUESTS:
            served = getattr(request, "municipality", None)
            log.info(
                "request",
                extra={
                    "request_id": getattr(request, "request_id", ""),
                    "municipality": getattr(served, "code", ""),
                    "door": door,
                    "route": route,
                    "method": method,
                    "status": response.status_code,
                    "duration_ms": round(seconds * 1000, 1),
                },
            )
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern of the page: files/<uuid:pk>/, never what stood in its place."""
    if request.path_info.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
        return "static"
    match = request.resolver_match
    return match.route or "/" if match else "none"


def _keep_counting() -> None:
    while True:
        count_pools()
        time.sleep(LOOK_SECONDS)


def count_pools() -> None:
    """Count what each open pool holds, and what it has done since this process last looked."""
    with _looked.lock:
        pools = getattr(
            DatabaseWrapper, "_connection_pools", {}
        )  # asking a connection would open one
        for alias, pool in list(pools.items()):
            _count_pool(alias, pool.get_stats())


def _count_pool(alias: str, said: dict[str, int]) -> None:
    size = said.get("pool_size", 0)
    metrics.POOL_SIZE.labels(alias).set(size)
    metrics.POOL_IN_USE.labels(alias).set(size - said.get("pool_available", 0))
    before = _looked.stats.get(alias, {})
    for name, counter, share in (
        ("requests_num", metrics.POOL_USES, 1),
        ("requests_queued", metrics.POOL_WAITS, 1),
        ("requests_wait_ms", metrics.POOL_WAIT_SECONDS, 1000),
    ):
        more = said.get(name, 0) - before.get(name, 0)
        if more > 0:
            counter.labels(alias).inc(more / share)
    _looked.stats[alias] = said


@dataclass
class _Looked:
    """What this process has last seen of its pools."""

    lock: Any = field(default_factory=Lock)
    stats: dict[str, dict[str, int]] = field(default_factory=dict)


_looked = _Looked()
