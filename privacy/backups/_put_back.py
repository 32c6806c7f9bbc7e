"""Putting back in place (その場での復元): one municipality rests, every other goes on.

The spoiled schema is set aside and not thrown away: what was acknowledged after the backup stands
only there. It opens for the owner alone, until somebody says that it may go.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from psycopg import sql

from privacy import access_log, copies
from privacy.backups import _owner
from privacy.backups._backup_key import BackupKey
from privacy.backups._manifest import Manifest, tables_of
from privacy.backups._refusals import AlreadyThere, BackupRefused, NotThere
from privacy.backups._restore import bring_back, must_hold, proved, settle
from tenancy import municipalities, relocations, schemas, stops
from tenancy.current import serving
from tenancy.directory.models import Municipality

PATIENCE: Final = 60.0

type Tell = Callable[[str], object]


@dataclass(frozen=True)
class PutBack:
    """What is served now, and which tables had other counts in what was set aside."""

    manifest: Manifest
    aside: str
    otherwise: dict[str, tuple[int, int]]  # rows restored, rows set aside


def put_back(
    *, path: Path, keys_path: Path, key: BackupKey, reason: str, tell: Tell, at: datetime
) -> PutBack:
    """Restore a municipality where it is, with its own intake stopped; or leave it as it was."""
    if not reason.strip():
        raise BackupRefused("復元する理由を --reason で指定してください。")
    manifest, kept = proved(path, keys_path, key)
    municipality = _known(manifest.code)
    with schemas.alone_with(municipality):
        if relocations.ongoing(municipality):
            raise BackupRefused("移転の途中です。終えるか取りやめてから復元してください。")
        aside = _to_set_aside(municipality)
        was_lost = not _exists(municipality, municipality.schema)
        tell("この自治体だけ受付を止めます。")
        stops.stop(municipality, at=at)
        try:
            _fence(municipality)
            bring_back(municipality, manifest, kept, path=path, key=key, aside=aside)
            schemas.bring_up(municipality)
            must_hold(municipality)
            settle(municipality, manifest, path=path, key=key, at=at)
            if _exists(municipality, spoiled_of(municipality)):
                _list_spoiled(municipality, manifest, at=at)
            _write_down(municipality, "restored", reason=reason, count=manifest.rows, at=at)
        except BaseException:
            _as_before(municipality, tell, was_lost=was_lost)
            raise
        otherwise = _otherwise(municipality, manifest)
        stops.resume(municipality)
        tell("受付を再開しました。")
    return PutBack(manifest, spoiled_of(municipality), otherwise)


def shred_spoiled(*, code: str, reason: str, at: datetime) -> None:
    """Drop what a restore had set aside: nobody will look anything up there any more."""
    if not reason.strip():
        raise BackupRefused("消去する理由を --reason で指定してください。")
    municipality = _known(code)
    spoiled = spoiled_of(municipality)
    with schemas.alone_with(municipality):
        if not _exists(municipality, spoiled):
            raise NotThere(f"{spoiled} はありません。")
        with _owner.connected(municipality) as connection:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(spoiled)))
        _write_down(municipality, "spoiled_shredded", reason=reason, count=1, at=at)
        with serving(municipality):
            if copy := copies.of_place(spoiled):
                copies.destroyed(copy=copy, way=reason, told_by="restore --shred-spoiled", at=at)


def _list_spoiled(municipality: Municipality, manifest: Manifest, *, at: datetime) -> None:
    with serving(municipality):
        copies.register(
            kind="spoiled", place=spoiled_of(municipality), consent=manifest.consent, at=at
        )


def spoiled_of(municipality: Municipality) -> str:
    """The name under which its former data is set aside."""
    return f"{municipality.schema}_spoiled"


def _known(code: str) -> Municipality:
    found = municipalities.registered(code=code)
    if not found:
        raise NotThere(f"自治体 {code} はここにありません。--in-place を付けずに復元してください。")
    return found[0]


def _to_set_aside(municipality: Municipality) -> str:
    """The name for what is there; none where nothing is, or a killed restore has set it aside."""
    spoiled = spoiled_of(municipality)
    if not _exists(municipality, spoiled):
        return spoiled if _exists(municipality, municipality.schema) else ""
    if municipality.stopped_at is None:
        words = f"前の復元で残したデータ（{spoiled}）があります。--shred-spoiled で消去してから復元してください。"
        raise AlreadyThere(words)
    return ""


def _fence(municipality: Municipality) -> None:
    if not _exists(municipality, municipality.schema):
        return
    try:
        stops.fence(municipality, patience=PATIENCE)
    except stops.StillWriting as writing:
        raise BackupRefused("終わらない処理が残っているため、復元をやめました。") from writing


def _as_before(municipality: Municipality, tell: Tell, *, was_lost: bool) -> None:
    """Nothing was restored: what was there is served again, and where nothing was, nobody is."""
    spoiled, schema = (
        sql.Identifier(name) for name in (spoiled_of(municipality), municipality.schema)
    )
    is_aside = _exists(municipality, spoiled_of(municipality))
    with _owner.connected(municipality) as connection:
        if is_aside or was_lost:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        if is_aside:
            connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(spoiled, schema))
    if was_lost and not is_aside:
        tell("復元していません。データが無いため、この自治体の受付は止めたままです。")
        return
    stops.resume(municipality)
    tell("復元していません。元のデータのまま受付を再開しました。")


def _otherwise(municipality: Municipality, manifest: Manifest) -> dict[str, tuple[int, int]]:
    spoiled = spoiled_of(municipality)
    if not _exists(municipality, spoiled):
        return {}
    with _owner.connected(municipality) as connection:
        there = tables_of(connection, spoiled)
    rows = {
        name: (manifest.tables.get(name, (0, ""))[0], count) for name, (count, _) in there.items()
    }
    return {name: both for name, both in sorted(rows.items()) if both[0] != both[1]}


def _exists(municipality: Municipality, schema: str) -> bool:
    with _owner.connected(municipality) as connection:
        found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
        return found.fetchone() is not None


def _write_down(
    municipality: Municipality, what: str, *, reason: str, count: int, at: datetime
) -> None:
    with serving(municipality):
        access_log.record(what=what, why=reason, count=count, role="server", by=None, at=at)
