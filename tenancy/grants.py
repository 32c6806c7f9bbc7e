"""Rights of a municipality's role in its schema (権限), each relation by its name.

`… ON ALL TABLES IN SCHEMA` reads the whole of pg_class once for each kind of relation: seconds, where
it lists the relations of 1,741 municipalities. What stands in a schema depends on it, and pg_depend
has an index for that.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.utils import CursorWrapper

from tenancy.directory.models import Municipality

LOCK = 766_563  # parallel GRANTs fail with "tuple concurrently updated"
STANDING = (
    "SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,"
    " string_agg(c.oid::regclass::text, ', ' ORDER BY c.relname)"
    " FROM pg_depend d JOIN pg_class c ON c.oid = d.objid"
    " WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_namespace'::regclass"
    " AND d.refobjid = to_regnamespace(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
    " GROUP BY 1"
)
RIGHTS = {"TABLE": "SELECT, INSERT, UPDATE, DELETE", "SEQUENCE": "USAGE, SELECT"}


def give(municipality: Municipality, *, append_only: Iterable[str]) -> None:
    """Give the municipality's role exactly what each table declares; append-only stays so."""
    schema, role = municipality.schema, municipality.role
    database = connections[municipality.owner_database].settings_dict["NAME"]
    with in_turn(municipality.owner_database) as cursor:
        standing = _standing(cursor, schema)
        statements = [
            f"GRANT TEMPORARY ON DATABASE {database} TO {role}",
            *_withdrawn(standing, role),
            f"GRANT USAGE ON SCHEMA {schema} TO {role}",
            *(f"GRANT {RIGHTS[kind]} ON {kind} {names} TO {role}" for kind, names in standing),
            f"REVOKE INSERT, UPDATE, DELETE ON {schema}.django_migrations FROM {role}",
            *(f"REVOKE UPDATE, DELETE ON {schema}.{table} FROM {role}" for table in append_only),
        ]
        cursor.execute("; ".join(statements))


def withdraw(municipality: Municipality, *, cursor: CursorWrapper) -> None:
    """Take every right away, in one statement of this owner's cursor."""
    schema, role = municipality.schema, municipality.role
    ends = _withdrawn(_standing(cursor, schema), role)
    cursor.execute("; ".join([*ends, f"REVOKE ALL ON SCHEMA {schema} FROM {role}"]))


@contextmanager
def in_turn(owner: str) -> Iterator[CursorWrapper]:
    """An owner's cursor, while nobody else of the cluster's database gives or takes rights."""
    with connections[owner].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield cursor
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _standing(cursor: CursorWrapper, schema: str) -> list[tuple[str, str]]:
    cursor.execute(STANDING, [schema])
    return list(cursor.fetchall())


def _withdrawn(standing: Iterable[tuple[str, str]], role: str) -> list[str]:
    return [f"REVOKE ALL ON {kind} {names} FROM {role}" for kind, names in standing]
