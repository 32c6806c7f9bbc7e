"""The thin backend: no statement runs before the connection speaks for one municipality.

Each alias says in SPEAKS_AS whom it speaks for: a `municipality` (its schema and its role),
the `owner` of schemas (commands only), or the `directory`.
"""

import re
from typing import Any
from weakref import WeakKeyDictionary

from django.db import InterfaceError
from django.db.backends.postgresql import base as postgresql
from django.utils.functional import cached_property
from psycopg.pq import TransactionStatus

from tenancy.backend.standing import stands
from tenancy.current import NoMunicipality, current_or_none

NAME_OK = re.compile(r"^m_[0-9a-z_]{1,40}$")
MOST_SPOKEN_FOR = 100  # municipalities; a server process never forgets a table it has read
DIRECTORY = "SET search_path = directory, pg_temp; RESET ROLE"


_spoken_for: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()


def _named(schema: str) -> str:
    if not NAME_OK.match(schema):
        message = f"Not a schema of ours: {schema!r}"
        raise NoMunicipality(message)
    return schema


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """A connection that takes its schema and role from the municipality being served."""

    _mode: str | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that still stands: the pool replaces those that died while they waited."""
        while True:
            found = super().get_new_connection(conn_params)
            if not self.pool or stands(found):
                return found
            found.close()
            self.pool.putconn(found)

    def _wanted(self) -> str:
        """The SQL that makes the connection speak for whom it must; raises NoMunicipality."""
        speaks_as = self.settings_dict["SPEAKS_AS"]
        municipality = current_or_none()
        if speaks_as == "directory" or (speaks_as == "owner" and municipality is None):
            return DIRECTORY
        if municipality is None:
            raise NoMunicipality("A query without a municipality was refused.")
        name = _named(municipality.schema)
        if speaks_as == "owner":
            self._must_hold(municipality.owner_database)
            return f"SET search_path = {name}, pg_temp; RESET ROLE"
        self._must_hold(municipality.database)
        return f"SET search_path = {name}, pg_temp; SET ROLE {name}"

    def _must_hold(self, alias: str) -> None:
        if alias != self.alias:
            message = f"This municipality's data is not on {self.alias}."
            raise NoMunicipality(message)

    def _enter(self) -> None:
        if self.connection.info.transaction_status == TransactionStatus.ACTIVE:
            # The driver would wait for the end of the COPY, and the COPY for this statement.
            message = "A statement was asked for in the middle of a COPY."
            raise InterfaceError(message)
        wanted = self._wanted()
        if wanted == self._mode:
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return  # the transaction is lost; PostgreSQL refuses every statement by itself
        with self.wrap_database_errors:
            self.connection.execute(wanted, prepare=False)
        self._mode = wanted
        _spoken_for.setdefault(self.connection, set()).add(wanted)

    def _cursor(self, name: str | None = None) -> Any:
        self._wanted()  # refuse before a connection is even taken from the pool
        self.ensure_connection()
        self._enter()
        return super()._cursor(name)  # type: ignore[misc]  # not in the stubs

    @cached_property
    def pg_version(self) -> int:
        """The server's version, without a cursor: it is asked before anybody is served."""
        self.ensure_connection()
        return int(self.connection.info.server_version)

    def close(self) -> None:
        """Give the connection back; what it spoke for is forgotten.

        One that has spoken for many municipalities is not given back but replaced by the pool: with
        all of the country's, each server process would grow to some hundred megabytes.
        """
        self._mode = None
        held = self.connection
        if held is not None and len(_spoken_for.get(held, ())) > MOST_SPOKEN_FOR:
            held.close()
        super().close()

    def rollback(self) -> None:
        """Roll back; a SET inside the transaction is undone by it, so it is forgotten."""
        self._mode = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        """Roll back to a savepoint; see rollback()."""
        super().savepoint_rollback(sid)
        self._mode = None
