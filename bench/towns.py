"""A municipality of its own for each group of figures, so that no group disturbs another."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connections
from django.utils import timezone

from frontdoor.models import DoorRules
from privacy import keys
from tenancy import codes, municipalities, schemas
from tenancy.current import serving
from tenancy.directory.models import Municipality

KINDS = ("resident", "staff", "hooks")
_serial = itertools.count(99_900)


@dataclass(frozen=True)
class Town:
    """A municipality that does not exist, and its hosts."""

    code: str
    label: str

    def host(self, kind: str = "resident") -> str:
        """One of its hosts."""
        return f"{self.label}.localhost" if kind == "resident" else f"{kind}.{self.label}.localhost"


def found(label: str, *, has_waiting_room: bool = False) -> Town:
    """A new one: role, schema, tables, grants and keys, as the command makes it.

    Nobody waits at its door, unless waiting is what is measured.
    """
    five = str(next(_serial))
    town = Town(five + codes.check_digit(five), label)
    hosts = {kind: town.host(kind) for kind in KINDS}
    made = schemas.create(code=town.code, name="見本市", name_en=label.title(), hosts=hosts)
    with serving(made):
        keys.create()
        if not has_waiting_room:
            DoorRules.objects.create(pk=1, mode=DoorRules.Mode.OFF)
    return town


def close(town: Town) -> None:
    """Nobody is served there any more, and nothing is announced."""
    Municipality.objects.using("owner").filter(code=town.code).update(is_open=False)
    municipalities.forget_kept()


@contextmanager
def at_home(code: str) -> Iterator[datetime]:
    """Inside this municipality; gives the moment. Connections are given back, as a door does."""
    try:
        with serving(municipalities.find(code=code)):
            yield timezone.now()
    finally:
        for connection in connections.all(initialized_only=True):
            connection.close()
