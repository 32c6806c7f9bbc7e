"""The ceilings in the same run: a bare view on the same server, and pgbench of the statement."""

import itertools
import os
import re
import subprocess
import uuid

from django.db import connections

from bench import crowd, statement
from bench.client import Browser, all_at_once
from bench.figures import Figures
from bench.stage import Stage
from bench.towns import at_home

WIDE = 16
VIEW_PEOPLE = 900_000_000  # their numbers are not pgbench's
PEOPLE = """
INSERT INTO booking_resident (id, name, born_on, sex, address, name_born_index, status_flag,
    scheme, language, is_dummy, version, enrolled_at, changed_at)
SELECT lpad(n::text, 32, '0')::uuid, '', '', '', '', '', '0', '1', 'ja', true, 1, now(), now()
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""
VOUCHERS = """
INSERT INTO booking_voucher (id, resident_id, issuer_code, voucher_number, number_index, is_live,
    issued_at)
SELECT id, id, '999989', '', decode(replace(id::text, '-', ''), 'hex'), true, now()
FROM booking_resident r WHERE NOT EXISTS (SELECT 1 FROM booking_voucher v WHERE v.id = r.id)
"""


def measure(stage: Stage, figures: Figures) -> None:
    """Both with the same tables, of people who have nothing but a number."""
    seconds = stage.many(8, 2)
    with at_home(stage.town.code) as at:
        found = list(itertools.chain(*crowd.buckets(days=10, places=2000, at=at)))
        most = seconds * 6000 // WIDE
        _enrol([(c * 1_000_000 + 1, c * 1_000_000 + most) for c in range(WIDE)])
        _enrol([(VIEW_PEOPLE + 1, VIEW_PEOPLE + stage.many(8000, 400))])
    _bare_view(stage, figures, found)
    _pgbench(stage, figures, found, seconds=seconds)


def _enrol(ranges: list[tuple[int, int]]) -> None:
    with connections["default"].cursor() as cursor:
        for first, last in ranges:
            cursor.execute(PEOPLE, {"first": first, "last": last})
        cursor.execute(VOUCHERS)
        cursor.execute("ANALYZE booking_resident")


async def _ask(browser: Browser, path: str) -> str:
    return str((await browser.get(path)).status)


def _bare_view(stage: Stage, figures: Figures, found: list[int]) -> None:
    port = stage.web(entrance="bench.bare_wsgi")
    count = stage.many(8000, 400)
    paths = [
        f"/{found[n % len(found)]}/{uuid.UUID(f'{VIEW_PEOPLE + 1 + n:032}')}" for n in range(count)
    ]
    load = all_at_once(paths, _ask, port=port, host=stage.host(), wide=32)
    figures.say("bare_view_per_second", load.outcomes.get("204", 0) / load.seconds, "claims/s")
    figures.must_be_none(
        "bare_view_not_granted", len(paths) - load.outcomes.get("204", 0), str(load.outcomes)
    )


def _pgbench(stage: Stage, figures: Figures, found: list[int], *, seconds: int) -> None:
    file = stage.servers.folder / "claim.sql"
    file.write_text(statement.script(first_bucket=min(found), buckets=len(found)))
    schema = f"m_{stage.town.code}"
    url = stage.servers.postgres.url(database="waku")
    done = subprocess.run(
        [
            stage.servers.postgres.bin / "pgbench", "-n", "-M", "prepared", "-c", str(WIDE),
            "-j", "2", "-T", str(seconds), "-D", "turn=0", "-f", file, url,
        ],
        env={**os.environ, "PGOPTIONS": f"-c search_path={schema}"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    speed = re.search(r"tps = ([0-9.]+)", done.stdout)
    if speed is None or done.returncode != 0:
        figures.broken.append(f"pgbench: {done.stderr[:400]}")
        return
    figures.say("pgbench_claims_per_second", float(speed.group(1)), "claims/s")
