"""One log line for each task when it has ended: which, whose, how long, and how it went."""

import logging
import time
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.conf import settings

from shared import pulse

log = logging.getLogger("waku.tasks")
_began: dict[str, float] = {}


def connect() -> None:
    """Hear when tasks begin and end."""
    task_prerun.connect(_before, dispatch_uid="config.lines.before")
    task_postrun.connect(_after, dispatch_uid="config.lines.after")


def _before(task_id: str = "", **_signal: Any) -> None:
    _began[task_id] = time.perf_counter()


def _after(
    sender: Any = None,
    task_id: str = "",
    kwargs: dict[str, Any] | None = None,
    state: str | None = None,
    **_signal: Any,
) -> None:
    pulse.beat("tasks")
    began = _began.pop(task_id, None)
    if not settings.WAKU_LOG_REQUESTS or began is None:
        return
    log.info(
        "task",
        extra={
            "task": getattr(sender, "name", ""),
            "request_id": task_id,
            "municipality": (kwargs or {}).get("municipality_code", ""),
            "outcome": str(state or "").lower(),
            "duration_ms": round((time.perf_counter() - began) * 1000, 1),
        },
    )
