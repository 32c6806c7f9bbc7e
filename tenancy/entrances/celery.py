"""Celery: a task names its municipality by keyword, or it does not run."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from celery.signals import task_postrun, task_prerun

from tenancy import municipalities
from tenancy.current import current_or_none, forget, serve
from tenancy.directory.models import Municipality

FEW = 60  # so many municipalities are asked at once
HOUSE_TASKS: set[str] = set()  # tasks that serve nobody: they only hand work to each municipality
_around: dict[str, Municipality] = {}  # who is served again after a task that ran within another


def house_task(task: Any) -> Any:
    """Declare a task that touches no municipality's data itself."""
    HOUSE_TASKS.add(task.name)
    return task


def connect() -> None:
    """Serve before each task and forget after it."""
    task_prerun.connect(_before, dispatch_uid="tenancy.before")
    task_postrun.connect(_after, dispatch_uid="tenancy.after")


def _before(
    task_id: str = "", task: Any = None, kwargs: dict[str, Any] | None = None, **_signal: Any
) -> None:
    outer = current_or_none()
    if outer is not None and task is not None and task.request.is_eager:
        _around[task_id] = outer
    forget()
    code = (kwargs or {}).get("municipality_code")
    if code:
        serve(municipalities.find(code=code))


def _after(task_id: str = "", **_signal: Any) -> None:
    forget()
    outer = _around.pop(task_id, None)
    if outer is not None:
        serve(outer)


def to_each(task: Any) -> int:
    """Send one task to every open municipality; the count of those asked."""
    return _send(task, [one.code for one in municipalities.all_open()])


def in_turn(
    task: Any, *, every: float, within: float, at: datetime, first: Iterable[str] = ()
) -> int:
    """Send one task to some open municipalities, so that within these seconds each has its turn.

    Few municipalities have theirs every time; all of the country's would fill the queue with
    questions that nearly always find nothing. Who is known to have work comes `first`.
    """
    codes = [one.code for one in municipalities.all_open()]
    rounds = max(1, min(int(within // every), -(-len(codes) // FEW)))
    turn = int(at.timestamp() // every) % rounds
    known = set(codes)
    chosen = dict.fromkeys([*(code for code in first if code in known), *codes[turn::rounds]])
    return _send(task, list(chosen))


def _send(task: Any, codes: list[str]) -> int:
    for code in codes:
        task.delay(municipality_code=code)
    return len(codes)
