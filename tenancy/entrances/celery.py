"""Celery: a task names its municipality by keyword, or it does not run."""

from typing import Any

from celery.signals import task_postrun, task_prerun

from tenancy import municipalities
from tenancy.current import forget, serve

HOUSE_TASKS: set[str] = set()  # tasks that serve nobody: they only hand work to each municipality


def house_task(task: Any) -> Any:
    """Declare a task that touches no municipality's data itself."""
    HOUSE_TASKS.add(task.name)
    return task


def connect() -> None:
    """Serve before each task and forget after it."""
    task_prerun.connect(_before, dispatch_uid="tenancy.before")
    task_postrun.connect(_after, dispatch_uid="tenancy.after")


def _before(kwargs: dict[str, Any] | None = None, **_signal: Any) -> None:
    forget()
    code = (kwargs or {}).get("municipality_code")
    if code:
        serve(municipalities.find(code=code))


def _after(**_signal: Any) -> None:
    forget()


def to_each(task: Any) -> int:
    """Send one task to every open municipality; the count of those asked."""
    found = municipalities.all_open()
    for municipality in found:
        task.delay(municipality_code=municipality.code)
    return len(found)
