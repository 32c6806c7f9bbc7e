"""The first minute of a cluster: two login roles, one database, the directory (初期化)."""

import psycopg
from psycopg import sql


def bootstrap(*, superuser_url: str, database: str, owner_password: str, app_password: str) -> None:
    """Make what is missing; may be run again at any time.

    waku_owner owns every schema and may make roles. waku_app signs in for the application: it is
    NOINHERIT and owns nothing, so without SET ROLE it can read the directory and nothing else.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        _role(connection, "waku_owner", owner_password, "CREATEROLE INHERIT")
        _role(connection, "waku_app", app_password, "NOINHERIT")
        for setting, value in (
            ("lock_timeout", "5s"),
            ("statement_timeout", "60s"),
            ("idle_in_transaction_session_timeout", "5min"),
        ):
            connection.execute(
                sql.SQL("ALTER ROLE waku_app SET {} = {}").format(sql.Identifier(setting), value)
            )
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if known.fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER waku_owner TEMPLATE template0").format(
                    sql.Identifier(database)
                )
            )
    inside = psycopg.conninfo.make_conninfo(superuser_url, dbname=database)
    with psycopg.connect(inside, autocommit=True) as connection:
        name = sql.Identifier(database)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO waku_app").format(name)
        )
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        connection.execute("CREATE SCHEMA IF NOT EXISTS directory AUTHORIZATION waku_owner")
        connection.execute("GRANT USAGE ON SCHEMA directory TO waku_app")
        connection.execute(
            "ALTER DEFAULT PRIVILEGES FOR ROLE waku_owner IN SCHEMA directory "
            "GRANT SELECT ON TABLES TO waku_app"
        )


def _role(connection: psycopg.Connection, name: str, password: str, rights: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = "ALTER" if known else "CREATE"
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(name), sql.SQL(rights), sql.Literal(password)
        )
    )
