"""Both ends of a move, and a cursor of the owner at either."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from tenancy.current import serving
from tenancy.directory.models import Municipality, Relocation


@dataclass(frozen=True)
class Road:
    """From where to where, and under which name the copy runs."""

    row: Relocation
    source: Municipality
    target: Municipality

    @classmethod
    def of(cls, row: Relocation) -> "Road":
        """The road of one relocation."""
        ends = []
        for alias in (row.source, row.target):
            end = copy(row.municipality)
            end.database = alias
            ends.append(end)
        return cls(row, *ends)

    @property
    def name(self) -> str:
        """Of the publication, the slot and the subscription."""
        return f"waku_{self.source.code}"

    @property
    def schema(self) -> str:
        """The same at both ends."""
        return self.source.schema


@contextmanager
def owner_of(end: Municipality) -> Iterator[CursorWrapper]:
    """A cursor of the owner at one end of the road."""
    with serving(end), connections[end.owner_database].cursor() as cursor:
        yield cursor


def tables(cursor: CursorWrapper, schema: str) -> list[str]:
    """Every table of the municipality, its migrations included."""
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [schema]
    )
    return [name for (name,) in cursor.fetchall()]


def one(cursor: CursorWrapper, statement: str, given: list[Any] | None = None) -> object:
    """The first column of the first row, or None."""
    cursor.execute(statement, given or [])
    row = cursor.fetchone()
    return row[0] if row else None
