"""Taking a backup: one snapshot, counted and dumped, sealed on its way to the disk."""

import os
import subprocess
import tempfile
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from django.conf import settings

from privacy import access_log, copies, keys
from privacy.backups import _container, _owner
from privacy.backups._backup_key import BackupKey
from privacy.backups._manifest import LEFT_OUT, Manifest, migrations_here, tables_of
from privacy.backups._refusals import BackupRefused, DumpFailed, KeysDoNotFit, NoConsent
from privacy.models import AccessEntry
from shared import room
from tenancy import municipalities, template_dump
from tenancy.current import current, municipality_atomic
from tenancy.directory.models import Host, Municipality

DATA: Final = "data"
PIECE: Final = 2**18
LATELY: Final = timedelta(days=32)


def take(
    *, to: Path, key: BackupKey, consent: str, keep_until: date | None = None, at: datetime
) -> Manifest:
    """Back up the municipality being served into one sealed file, or leave none.

    Everything is of one moment: what is counted is what is dumped. Its keys are not in it. The
    ward's consent to this copy stands in the file, in the access log and on the list of copies.
    """
    if not consent.strip():
        raise NoConsent
    municipality = current()
    prints = keys.fingerprints()
    if not prints:
        raise KeysDoNotFit("この自治体には鍵がありません（廃棄済み）。バックアップはできません。")
    with _owner.connected(municipality) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        size = _size_of(connection, municipality.schema)
        room.must_hold(to.parent, needed=size)
        manifest = Manifest(
            code=municipality.code,
            name=municipality.name,
            name_en=municipality.name_en,
            schema=municipality.schema,
            hosts={kind: municipalities.host_of(municipality, kind) for kind in Host.Kind.values},
            taken_at=at.isoformat(),
            consent=consent,
            version=_version(),
            server=connection.info.server_version,
            size=size,
            migrations=migrations_here(),
            keys=prints,
            tables=tables_of(connection, municipality.schema),
        )
        with _dumped(connection, municipality) as dump:
            _container.write(_packed(manifest, dump), to=to, what=DATA, key=key)
    listed = Listed("backup", consent, key.name, keep_until)
    write_down(to, listed, count=manifest.rows, at=at)
    return manifest


def last_taken_at(*, at: datetime) -> datetime | None:
    """When the last backup of the municipality being served was taken, in the last 32 days."""
    lately = AccessEntry.objects.filter(resident_id=None, happened_at__gt=at - LATELY)
    taken = lately.filter(what="backup", succeeded=True).order_by("-happened_at")
    return taken.values_list("happened_at", flat=True).first()


@dataclass(frozen=True)
class Listed:
    """What the list of copies says of a file."""

    kind: str
    consent: str
    key_name: str
    keep_until: date | None


def write_down(to: Path, said: Listed, *, count: int, at: datetime) -> None:
    """The copy stands in the access log and on the list of copies, or there is none."""
    try:
        with municipality_atomic():
            access_log.record(
                what=said.kind, why=said.consent, count=count, role="server", by=None, at=at
            )
            copies.register(
                kind=said.kind, place=copies.place_of(to), consent=said.consent,
                key_name=said.key_name, size=to.stat().st_size, keep_until=said.keep_until, at=at,
            )  # fmt: skip
    except BaseException:
        to.unlink()
        raise


def _size_of(connection: psycopg.Connection, schema: str) -> int:
    found = connection.execute(
        "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relkind = 'r'",
        [schema],
    ).fetchone()
    assert found is not None
    return int(found[0])


def _packed(manifest: Manifest, dump: Iterator[bytes]) -> Iterator[bytes]:
    pack = zlib.compressobj(level=1)
    yield pack.compress(manifest.line())
    for piece in dump:
        yield pack.compress(piece)
    yield pack.flush()


@contextmanager
def _dumped(
    connection: psycopg.Connection, municipality: Municipality
) -> Iterator[Iterator[bytes]]:
    """What pg_dump writes of the schema as it stood when the transaction began."""
    snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert snapshot is not None
    at, schema = _owner.settings_of(municipality), municipality.schema
    program = template_dump.pg_dump()
    if program is None:
        raise DumpFailed("pg_dump が見つかりません。WAKU_POSTGRES_BIN を指定してください。")
    command = [
        program, "--no-owner", "--no-privileges", "--schema", schema, "--snapshot", snapshot[0],
        *(f"--exclude-table-data={schema}.{table}" for table in LEFT_OUT),
        "--host", at["HOST"], "--port", at["PORT"], "--username", at["USER"], at["NAME"],
    ]  # fmt: skip
    with tempfile.TemporaryFile() as errors:
        running = subprocess.Popen(  # noqa: S603 - our own program, no shell, no outside words
            command, env={**os.environ, "PGPASSWORD": at["PASSWORD"]},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
        assert running.stdout is not None
        try:
            yield _to_the_end(running, errors.fileno())
        finally:
            running.stdout.close()
            running.kill()
            running.wait()


def _to_the_end(running: "subprocess.Popen[bytes]", errors: int) -> Iterator[bytes]:
    """Every byte, and then the proof that it was all."""
    assert running.stdout is not None
    while piece := running.stdout.read(PIECE):
        yield piece
    if running.wait() != 0:
        why = os.pread(errors, 2000, 0).decode(errors="replace").strip().splitlines()
        words = f"データベースを読み取れませんでした: {why[-1] if why else running.returncode}"
        raise DumpFailed(words)


def _version() -> str:
    try:
        told = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text("utf-8"))
        return str(told["project"]["version"])
    except (OSError, KeyError, ValueError) as problem:
        raise BackupRefused("pyproject.toml の版を読めません。") from problem
