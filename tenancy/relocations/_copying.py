"""The copy: an empty schema at the target, a publication, a slot and a subscription."""

import os
import subprocess
import time
from collections.abc import Callable

import psycopg
from django.db import DatabaseError, connections

from tenancy import schemas, template_dump
from tenancy.relocations._refusals import NotReady
from tenancy.relocations._road import Road, one, owner_of, tables

type Tell = Callable[[str], object]
LOOK_SECONDS = 0.1


def check(road: Road) -> None:
    """Refuse early where a cluster lacks what replication needs; the words say the remedy."""
    with owner_of(road.source) as cursor:
        if one(cursor, "SHOW wal_level") != "logical":
            raise NotReady(f"{road.source.database}: wal_level = logical が必要です。")
        if not one(cursor, "SELECT rolreplication FROM pg_roles WHERE rolname = current_user"):
            role = one(cursor, "SELECT current_user")
            raise NotReady(f"{road.source.database}: ALTER ROLE {role} REPLICATION が必要です。")
    with owner_of(road.target) as cursor:
        may = "SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = %s"
        if not one(cursor, may, ["pg_create_subscription"]):
            role = one(cursor, "SELECT current_user")
            words = f"GRANT pg_create_subscription TO {role} が必要です（PostgreSQL 16 以上）。"
            raise NotReady(f"{road.target.database}: {words}")
    if template_dump.pg_dump() is None:
        raise NotReady("pg_dump が見つかりません（WAKU_POSTGRES_BIN）。")


def make_target(road: Road) -> None:
    """The same role and empty tables at the target; what a killed attempt left goes first."""
    undo(road)
    schemas.make_role(road.target)
    with owner_of(road.target) as cursor:
        cursor.execute(f"CREATE SCHEMA {road.schema}")
    connection = connections[road.target.owner_database]
    connection.ensure_connection()
    connection.connection.execute(_dump(road), prepare=False)
    connection.close()  # the dump emptied the search path


def _dump(road: Road) -> str:
    database = connections[road.source.owner_database].settings_dict
    program = template_dump.pg_dump()
    assert program is not None
    done = subprocess.run(  # noqa: S603 - our own program, no shell, no outside words
        [
            program, "--schema-only", "--no-owner", "--no-privileges", "-n", road.schema,
            "-h", str(database["HOST"]), "-p", str(database["PORT"]),
            "-U", str(database["USER"]), str(database["NAME"]),
        ],
        env={**os.environ, "PGPASSWORD": str(database["PASSWORD"])},
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return template_dump.without_psql_words(done.stdout, schema=road.schema)


def begin(road: Road) -> None:
    """Publish every table and subscribe to it."""
    with owner_of(road.source) as cursor:
        names = ", ".join(f"{road.schema}.{name}" for name in tables(cursor, road.schema))
        cursor.execute(f"DROP PUBLICATION IF EXISTS {road.name}")
        cursor.execute(f"CREATE PUBLICATION {road.name} FOR TABLE {names}")
        cursor.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", [road.name])
    where = connections[road.source.owner_database].settings_dict
    address = psycopg.conninfo.make_conninfo(
        host=str(where["HOST"]), port=str(where["PORT"]), user=str(where["USER"]),
        password=str(where["PASSWORD"]), dbname=str(where["NAME"]),
    )  # fmt: skip
    with owner_of(road.target) as cursor:
        quoted = psycopg.sql.Literal(address).as_string(None)
        cursor.execute(
            f"CREATE SUBSCRIPTION {road.name} CONNECTION {quoted} PUBLICATION {road.name} "
            "WITH (create_slot = false, copy_data = true)"
        )


def wait_until_copied(road: Road, tell: Tell, *, patience: float) -> None:
    """Until every table has its first copy; says how many have."""
    deadline, said = time.monotonic() + patience, -1
    while True:
        with owner_of(road.target) as cursor:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE srsubstate = 'r'), count(*) "
                "FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid "
                "WHERE s.subname = %s",
                [road.name],
            )
            done, total = cursor.fetchone()
        if done != said:
            said = done
            tell(f"複製 {done}/{total} 表")
        if total and done == total:
            return
        if time.monotonic() > deadline:
            raise NotReady("複製が進みません。移転先の PostgreSQL の記録を確かめてください。")
        time.sleep(LOOK_SECONDS)


def wait_until_caught_up(road: Road, *, patience: float) -> None:
    """Until everything that was committed at the source has been applied at the target."""
    deadline = time.monotonic() + patience
    with owner_of(road.source) as cursor:
        one(cursor, "SELECT pg_logical_emit_message(true, 'waku', 'caught up')::text")
        end = one(cursor, "SELECT pg_current_wal_lsn()::text")
    while time.monotonic() < deadline:
        with owner_of(road.source) as cursor:
            if one(
                cursor,
                "SELECT confirmed_flush_lsn >= %s::pg_lsn FROM pg_replication_slots "
                "WHERE slot_name = %s",
                [end, road.name],
            ):
                return
        time.sleep(LOOK_SECONDS)
    raise NotReady("移転先が追いつきません。")


def stands(road: Road) -> bool:
    """Whether a killed attempt has left a subscription that may go on."""
    with owner_of(road.target) as cursor:
        return bool(one(cursor, "SELECT 1 FROM pg_subscription WHERE subname = %s", [road.name]))


def end(road: Road) -> None:
    """No subscription, no slot, no publication: nothing flows any more."""
    slots = [road.name]
    with owner_of(road.target) as cursor:
        known = one(cursor, "SELECT oid FROM pg_subscription WHERE subname = %s", [road.name])
        if known:
            slots.append(f"pg_{known}_sync_%")  # of tables whose first copy was under way
            try:
                cursor.execute(f"DROP SUBSCRIPTION {road.name}")
            except DatabaseError:  # its slot is gone, or the source does not answer
                cursor.execute(f"ALTER SUBSCRIPTION {road.name} DISABLE")
                cursor.execute(f"ALTER SUBSCRIPTION {road.name} SET (slot_name = NONE)")
                cursor.execute(f"DROP SUBSCRIPTION {road.name}")
    _drop_slots(road, slots)
    with owner_of(road.source) as cursor:
        cursor.execute(f"DROP PUBLICATION IF EXISTS {road.name}")


def undo(road: Road) -> None:
    """Take everything away that the copy has made at the target."""
    end(road)
    schemas.take_away(road.target, keeps_role=_is_same_cluster(road))


def leave(road: Road) -> None:
    """Take everything away at the source, once the directory points to the target."""
    end(road)
    schemas.take_away(road.source, keeps_role=_is_same_cluster(road))


def _is_same_cluster(road: Road) -> bool:
    there, here = (
        connections[one.owner_database].settings_dict for one in (road.target, road.source)
    )
    return (there["HOST"], there["PORT"]) == (here["HOST"], here["PORT"])


def _drop_slots(road: Road, names: list[str]) -> None:
    """The sender of a subscription that has just gone may hold its slot for a moment."""
    deadline = time.monotonic() + 30
    ours = (
        "FROM pg_replication_slots WHERE slot_name LIKE ANY (%s) AND database = current_database()"
    )
    with owner_of(road.source) as cursor:
        while one(cursor, f"SELECT 1 {ours} AND active", [names]) and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        cursor.execute(f"SELECT pg_drop_replication_slot(slot_name) {ours}", [names])
