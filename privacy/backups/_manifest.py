"""What a backup says of itself, first of all: whose it is, of when, how many rows, which sums."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final, LiteralString

import psycopg
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

# Keys have a life of their own (ADR 0018); nobody's sign-in comes back to life with old data.
LEFT_OUT: Final = ("privacy_wrappedkey", "django_session")
_ONE_SPELLING: Final[LiteralString] = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'iso_8601';"
    "SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1"
)


@dataclass(frozen=True)
class Manifest:
    """The first line inside a backup."""

    code: str
    name: str
    name_en: str
    schema: str
    hosts: dict[str, str]
    taken_at: str
    consent: str  # the ward's own, by its number: a backup is a copy
    version: str
    server: int
    size: int
    migrations: list[str]
    keys: dict[str, str]
    tables: dict[str, tuple[int, str]] = field(default_factory=dict)  # rows and checksum

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(count for count, _ in self.tables.values())

    def line(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(asdict(self), ensure_ascii=False).encode() + b"\n"


def from_line(line: bytes) -> Manifest:
    """The manifest of a file that was proved whole."""
    said: dict[str, Any] = json.loads(line)
    said["tables"] = {name: (int(rows), str(summed)) for name, (rows, summed) in said["tables"].items()}  # fmt: skip
    return Manifest(**said)


def tables_of(connection: psycopg.Connection, schema: str) -> dict[str, tuple[int, str]]:
    """Rows and checksum of each table; the order of rows does not matter."""
    connection.execute(_ONE_SPELLING)
    names = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [schema]
    ).fetchall()
    return {
        name: _counted(connection, sql.Identifier(schema, name))
        for (name,) in names
        if name not in LEFT_OUT
    }


def _counted(connection: psycopg.Connection, table: sql.Identifier) -> tuple[int, str]:
    asked = sql.SQL(
        "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"
    ).format(table)
    found = connection.execute(asked).fetchone()
    assert found is not None
    return int(found[0]), str(found[1])


def migrations_here() -> list[str]:
    """The newest migration of each app on this disk."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return sorted(f"{app}.{name}" for app, name in loader.graph.leaf_nodes())


def migrations_known() -> set[str]:
    """Every migration on this disk."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}
