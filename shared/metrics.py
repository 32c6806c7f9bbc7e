"""What is counted of the house's work: never of whom, and no label that a request can choose.

Each process counts for itself. Where PROMETHEUS_MULTIPROC_DIR names a folder, the processes of one
container count into it and any of them tells all (config.inside); without it, one process tells its
own.
"""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

FOLDER: Final = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if FOLDER:  # the library wants it to be there before it is loaded
    Path(FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)

from prometheus_client import (  # noqa: E402 - after its folder is there
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402 - as above

REQUESTS = Counter(
    "waku_requests", "Answers by the page's pattern", ["door", "route", "method", "status"]
)
SECONDS = Histogram(
    "waku_request_seconds",
    "How long answers took",
    ["door"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8),
)
TURNED_AWAY = Counter("waku_turned_away", "Residents asked to come again: a share was used up")
TAKEN = Counter("waku_places_taken", "Places taken, by the channel they came by", ["channel"])
REFUSALS = Counter(
    "waku_refusals",
    "Claims, moves and cancellations refused, by kind and channel",
    ["kind", "channel"],
)
BUDGETS = Counter("waku_budgets_spent", "Tries beyond a failure budget, by its kind", ["kind"])
POLICY_REPORTS = Counter("waku_content_policy_reports", "Broken content policy", ["directive"])
SOCKETS = Gauge("waku_sockets_open", "Websockets open now", multiprocess_mode="livesum")
POOL_WAITS = Counter("waku_pool_waits", "Requests that waited for a connection", ["database"])
POOL_WAIT_SECONDS = Counter("waku_pool_wait_seconds", "How long they waited", ["database"])
POOL_USES = Counter("waku_pool_uses", "Connections given out", ["database"])
POOL_IN_USE = Gauge(
    "waku_pool_in_use", "Connections in use now", ["database"], multiprocess_mode="livesum"
)
POOL_SIZE = Gauge(
    "waku_pool_size", "Connections held now", ["database"], multiprocess_mode="livesum"
)


def told() -> bytes:
    """All that this container has counted, as Prometheus reads it."""
    if not FOLDER:
        return generate_latest(REGISTRY)
    forget_the_dead(Path(FOLDER))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=FOLDER)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def forget_the_dead(folder: Path) -> None:
    """A worker that was replaced holds nothing any more; what it counted stays counted."""
    for file in folder.glob("gauge_live*_*.db"):
        number = file.stem.rpartition("_")[2]
        if not Path(f"/proc/{number}").exists():
            file.unlink(missing_ok=True)


def counting_refusals[**P, R](
    refused: type[Exception], *, channel: Callable[..., str]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Count every refusal of this family that leaves the verb, by its code and the channel."""

    def around(verb: Callable[P, R]) -> Callable[P, R]:
        @wraps(verb)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return verb(*args, **kwargs)
            except refused as refusal:
                code: Any = getattr(refusal, "code", "refused")
                REFUSALS.labels(str(code), str(channel(**kwargs))).inc()
                raise

        return counted

    return around
