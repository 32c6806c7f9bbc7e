"""Restoring: proved whole first, replayed in one transaction, counted, opened, checked; or nothing."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string
from psycopg import sql

from privacy import copies, keys
from privacy.backups import _checks, _owner, _replay
from privacy.backups._backup_key import BackupKey
from privacy.backups._keys import KeptKeys, read_keys
from privacy.backups._manifest import Manifest, migrations_here, migrations_known, tables_of
from privacy.backups._refusals import (
    AlreadyThere,
    BackupRefused,
    KeysAreWrappedElse,
    KeysDoNotFit,
    NotTheSame,
    TooNew,
)
from shared import room
from tenancy import municipalities, schemas
from tenancy.current import municipality_atomic, serving
from tenancy.directory.models import Host, Municipality


def restore(
    *, path: Path, keys_path: Path, key: BackupKey, database: str = "default", at: datetime
) -> Manifest:
    """Bring a municipality back where it is not; it opens only when every check has passed."""
    manifest, kept = proved(path, keys_path, key)
    _must_be_absent(manifest)
    municipality = _named(manifest, schema=manifest.schema, database=database)
    with _gone_on_failure(municipality):
        bring_back(municipality, manifest, kept, path=path, key=key)
        _enter(municipality, manifest)
        schemas.migrate(municipality)
        must_hold(municipality)
        settle(municipality, manifest, path=path, key=key, at=at)
        Municipality.objects.using("owner").filter(code=manifest.code).update(is_open=True)
    municipalities.forget_kept()
    return manifest


def rehearse(*, path: Path, keys_path: Path, key: BackupKey) -> Manifest:
    """Bring it back beside what there is, check everything, and take it away again."""
    manifest, kept = proved(path, keys_path, key)
    known = municipalities.registered(code=manifest.code)
    database = known[0].database if known else "default"
    beside = _named(manifest, schema=f"{manifest.schema}_rehearsal", database=database)
    try:
        bring_back(beside, manifest, kept, path=path, key=key)
        if manifest.migrations != migrations_here():
            schemas.migrate(beside)
        else:
            schemas.grant(beside)
        must_hold(beside)
    finally:
        _take_away(beside)
    return manifest


def _named(manifest: Manifest, *, schema: str, database: str) -> Municipality:
    return Municipality(
        code=manifest.code, name=manifest.name, name_en=manifest.name_en, schema=schema,
        database=database, is_open=False,
    )  # fmt: skip


def proved(path: Path, keys_path: Path, key: BackupKey) -> tuple[Manifest, KeptKeys]:
    """Both files, every byte of them proved, belonging together, and not too new for this house."""
    kept = read_keys(keys_path, key=key)
    manifest = _replay.manifest_of(path, key=key)
    if kept.code != manifest.code or kept.fingerprints != manifest.keys:
        raise KeysDoNotFit
    if not set(manifest.migrations) <= migrations_known():
        raise TooNew
    for folder in settings.WAKU_DATA_FOLDERS:
        room.must_hold(folder, needed=manifest.size)
    return manifest, kept


def _must_be_absent(manifest: Manifest) -> None:
    if Municipality.objects.filter(code=manifest.code).exists():
        words = (
            f"自治体 {manifest.code} はすでにあります。復元は上書きをしません。"
            "確認だけなら --rehearse を付けてください。"
        )
        raise AlreadyThere(words)
    if Host.objects.filter(host__in=manifest.hosts.values()).exists():
        raise AlreadyThere("同じホスト名がすでに使われています。")


def bring_back(
    municipality: Municipality, manifest: Manifest, kept: KeptKeys, *, path: Path, key: BackupKey,
    aside: str = "",
) -> None:  # fmt: skip
    """Role, schema, rows and keys in one transaction: a kill leaves nothing of it.

    What is there goes, or is set aside under another name in the same transaction.
    """
    schema = sql.Identifier(municipality.schema)
    with _owner.connected(municipality) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", [municipality.role]
        ).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(schema))
        login = sql.Identifier(schemas.login_of(municipality.database))
        connection.execute(sql.SQL("GRANT {} TO {}").format(schema, login))
        if aside:
            connection.execute(
                sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(schema, sql.Identifier(aside))
            )
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        _replay.replay(connection, path, key=key, old=manifest.schema, new=municipality.schema)
        _put_keys(connection, municipality, kept)
        found = tables_of(connection, municipality.schema)
        wrong = sorted(
            name for name in manifest.tables.keys() | found.keys()
            if manifest.tables.get(name) != found.get(name)
        )  # fmt: skip
        if wrong:
            raise NotTheSame(f"復元した行が控えと一致しません: {', '.join(wrong[:5])}")


def _put_keys(connection: psycopg.Connection, municipality: Municipality, kept: KeptKeys) -> None:
    table = sql.Identifier(municipality.schema, "privacy_wrappedkey")
    for purpose, name, wrapped in kept.rows:
        connection.execute(
            sql.SQL(
                "INSERT INTO {} (purpose, wrapping_key, wrapped, made_at) "
                "VALUES (%s, %s, %s, now())"
            ).format(table),
            [purpose, name, wrapped],
        )


def _enter(municipality: Municipality, manifest: Manifest) -> None:
    """Into the directory, closed."""
    municipality.save(using="owner", force_insert=True)
    for kind, host in manifest.hosts.items():
        Host.objects.using("owner").create(host=host, kind=kind, municipality=municipality)
    municipalities.forget_kept()


def must_hold(municipality: Municipality) -> None:
    """The keys open what is sealed, and the invariants of every storey hold."""
    keys.forget_kept()
    try:
        with serving(municipality):
            problems = _checks.that_cannot_be_opened()
            for name in settings.WAKU_INVARIANTS:
                problems += import_string(name)()
    except keys.KeysMissing as wrong:
        raise KeysAreWrappedElse from wrong
    finally:
        keys.forget_kept()
        connections[municipality.database].close()
    if problems:
        raise NotTheSame(f"復元したデータの検査に通りませんでした: {'; '.join(problems[:5])}")


def settle(
    municipality: Municipality, manifest: Manifest, *, path: Path, key: BackupKey, at: datetime
) -> None:
    """What the storeys do with data that is older than the world: see WAKU_AFTER_RESTORE.

    The list of copies was written down before this backup was on it.
    """
    with serving(municipality), municipality_atomic():
        copies.register(
            kind="backup", place=copies.place_of(path), consent=manifest.consent,
            key_name=key.name, size=path.stat().st_size, at=datetime.fromisoformat(manifest.taken_at),
        )  # fmt: skip
        for name in settings.WAKU_AFTER_RESTORE:
            import_string(name)(at=at)


@contextmanager
def _gone_on_failure(municipality: Municipality) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(Exception):
            Host.objects.using("owner").filter(municipality_id=municipality.code).delete()
            Municipality.objects.using("owner").filter(code=municipality.code).delete()
        municipalities.forget_kept()
        _take_away(municipality)
        raise


def _take_away(municipality: Municipality) -> None:
    """Schema and role, as if never made."""
    name = sql.Identifier(municipality.schema)
    database = sql.Identifier(_owner.settings_of(municipality)["NAME"])
    try:
        with _owner.connected(municipality) as connection:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
            if connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [municipality.role]
            ).fetchone():
                connection.execute(
                    sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(database, name)
                )
                connection.execute(sql.SQL("DROP ROLE {}").format(name))
    except psycopg.Error as problem:
        words = f"{municipality.schema} を片付けられませんでした。もう一度実行してください。"
        raise BackupRefused(words) from problem
