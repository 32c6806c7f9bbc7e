"""A new version for many municipalities at once, killed twice on the way."""

import os
import signal
import subprocess
import time
from io import StringIO

from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from bench.figures import Figures
from bench.stage import Stage
from tenancy import schemas
from tenancy.current import serving
from tenancy.directory.models import Municipality

MOST = 240
KILLS = 2
PARALLEL = 2  # as many as there are cores
APP = "tenancy"


def measure(stage: Stage, figures: Figures) -> None:
    """Some are of the version before; the command is killed twice and given again."""
    begun = time.perf_counter()
    assert schemas.behind() == []
    figures.say("nothing_to_migrate_seconds", time.perf_counter() - begun, "s")
    leaf = _leaf()
    rows = Municipality.objects.using("owner").filter(is_open=True).exclude(code=stage.town.code)
    older = list(rows.order_by("code")[:MOST])
    backwards = _backwards(leaf)
    for one in older:
        _take_back(one, backwards, leaf)
    rows.filter(code__in=[one.code for one in older]).update(migrated_to="")
    begun, landed = time.perf_counter(), 0
    for kill in range(KILLS):
        landed += _killed(stage, until=len(older) * (KILLS - kill) // (KILLS + 1))
    done = subprocess.run(_command(stage), env=stage.environment, check=False, capture_output=True)
    took = time.perf_counter() - begun
    figures.say(
        "migrated_seconds", took, f"s for {len(older)} municipalities, {PARALLEL} at a time"
    )
    figures.say("migration_kills", landed, "kills on the way")
    left = len(schemas.behind()) + sum(not _has(one, leaf) for one in older)
    figures.must_be_none("migrations_left", left, f"municipalities; exit {done.returncode}")


def _leaf() -> str:
    leaves = MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes()
    return str(next(name for app, name in leaves if app == APP))


def _backwards(leaf: str) -> str:
    """The statements that undo the newest migration, for the schema that is being served."""
    said = StringIO()
    with serving(Municipality(code="000000", schema="m_000000", name="-", name_en="-")):
        call_command(
            "sqlmigrate", APP, leaf, backwards=True, database="owner", no_color=True, stdout=said
        )
    lines = said.getvalue().splitlines()
    return "\n".join(line for line in lines if line not in {"BEGIN;", "COMMIT;"})


def _take_back(one: Municipality, backwards: str, leaf: str) -> None:
    known = "DELETE FROM django_migrations WHERE app = %s AND name = %s"
    with serving(one), connections["owner"].cursor() as cursor:
        cursor.execute(backwards)
        cursor.execute(known, [APP, leaf])


def _has(one: Municipality, leaf: str) -> bool:
    known = "SELECT 1 FROM django_migrations WHERE app = %s AND name = %s"
    with serving(one), connections["owner"].cursor() as cursor:
        cursor.execute(known, [APP, leaf])
        return cursor.fetchone() is not None


def _command(stage: Stage) -> list[str]:
    return stage.command("django", "municipality", "migrate", "--parallel", PARALLEL)


def _killed(stage: Stage, *, until: int) -> bool:
    """Begin, and kill all of its processes once no more than so many are left."""
    begun = subprocess.Popen(
        _command(stage), env=stage.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    while begun.poll() is None and len(schemas.behind()) > until:
        time.sleep(0.05)
    landed = begun.poll() is None
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    return landed
