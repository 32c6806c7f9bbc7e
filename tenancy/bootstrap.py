"""The first minute of a cluster: two login roles, one database, the directory (初期化)."""

import psycopg
from psycopg import sql

LIMITS = {
    "lock_timeout": "5s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "5min",
}


def bootstrap(
    *,
    superuser_url: str,
    database: str,
    owner_password: str,
    app_password: str,
    owner: str = "waku_owner",
    app: str = "waku_app",
    has_directory: bool = True,
) -> None:
    """Make what is missing; may be run again at any time.

    The owner owns every schema and may make roles. The app signs in for the application: it is
    NOINHERIT and owns nothing, so without SET ROLE it can read the directory and nothing else. A
    further cluster has login roles of its own and no directory.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        _role(connection, owner, owner_password, "CREATEROLE INHERIT")
        _role(connection, app, app_password, "NOINHERIT")
        for setting, value in LIMITS.items():
            connection.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(app), sql.Identifier(setting), value
                )
            )
        _replication(connection, owner)
        _database(connection, database, owner)
    inside = psycopg.conninfo.make_conninfo(superuser_url, dbname=database)
    with psycopg.connect(inside, autocommit=True) as connection:
        _rights(connection, database, app)
        if has_directory:
            _directory(connection, owner, app)


def _replication(connection: psycopg.Connection, owner: str) -> None:
    """What a move to another cluster needs; a superuser that may not give it just does not."""
    known = "SELECT 1 FROM pg_roles WHERE rolname = 'pg_create_subscription'"
    try:
        connection.execute(sql.SQL("ALTER ROLE {} REPLICATION").format(sql.Identifier(owner)))
        if connection.execute(known).fetchone():
            connection.execute(
                sql.SQL("GRANT pg_create_subscription TO {}").format(sql.Identifier(owner))
            )
    except psycopg.errors.InsufficientPrivilege:
        return


def _database(connection: psycopg.Connection, name: str, owner: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if known.fetchone() is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )


def _rights(connection: psycopg.Connection, database: str, app: str) -> None:
    name = sql.Identifier(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(app))
    )
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")


def _directory(connection: psycopg.Connection, owner: str, app: str) -> None:
    of, to = sql.Identifier(owner), sql.Identifier(app)
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS directory AUTHORIZATION {}").format(of))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA directory TO {}").format(to))
    connection.execute(
        sql.SQL(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA directory GRANT SELECT ON TABLES TO {}"
        ).format(of, to)
    )


def _role(connection: psycopg.Connection, name: str, password: str, rights: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = "ALTER" if known else "CREATE"
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(name), sql.SQL(rights), sql.Literal(password)
        )
    )
