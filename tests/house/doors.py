"""Every door of the house, found by walking: addresses, sockets, tasks."""

import inspect
import re
import uuid
from dataclasses import dataclass

from tenancy.policies import Policy

KINDS = ("resident", "staff", "hooks")
SAMPLES = {
    "int": "1",
    "dose": "1",
    "uuid": str(uuid.UUID(int=7)),
    "str": "x",
    "slug": "x",
    "path": "x",
}


@dataclass(frozen=True)
class Door:
    """One address of one host kind."""

    kind: str
    route: str
    name: str
    view: object

    @property
    def policy(self):
        return getattr(self.view, "policy", None)

    @property
    def path(self):
        """An address that the route takes, with made-up values."""
        return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES[m[1] or "str"], self.route)

    def __str__(self):
        return f"{self.kind}:/{self.route}"


def addresses(kind):
    from django.urls import get_resolver

    return [
        Door(kind, route, pattern.name or "", pattern.callback)
        for route, pattern in _walk(get_resolver(f"config.urls_{kind}"))
    ]


def _walk(resolver, before=""):
    from django.urls import URLResolver

    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route)
        else:
            yield route, pattern


def consumers():
    from config.sockets import SOCKETS

    return [getattr(one.callback, "consumer_class", one.callback) for one in SOCKETS]


def tasks():
    from config.celery import app

    app.loader.import_default_modules()
    return [task for name, task in app.tasks.items() if not name.startswith("celery.")]


def undeclared(doors):
    """Doors that declare no policy."""
    return [str(door) for door in doors if not isinstance(door.policy, Policy)]


def without_municipality(found):
    """Tasks that neither take municipality_code by keyword nor are declared house tasks."""
    from tenancy.entrances.celery import HOUSE_TASKS

    return [
        task.name
        for task in found
        if task.name not in HOUSE_TASKS and not _takes_municipality(task.run)
    ]


def _takes_municipality(function):
    wanted = inspect.signature(function).parameters.get("municipality_code")
    return wanted is not None and wanted.kind is inspect.Parameter.KEYWORD_ONLY
