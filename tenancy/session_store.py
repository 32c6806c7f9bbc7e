"""Sessions in the municipality's schema, one plain statement a step (セッションの保管).

Django's own database store asks through the ORM, looks whether a new key is taken, and wraps each
save into a transaction: together a sixth of what a resident's page costs. Format and rules are its.
"""

from typing import Any, override

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, UpdateError
from django.db import connections
from django.utils import timezone
from django.utils.crypto import get_random_string

from tenancy.current import current

LOAD = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
INSERT = (
    "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s) "
    "ON CONFLICT DO NOTHING"
)
UPDATE = "UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s"


class SessionStore(db.SessionStore):
    """A session of the municipality being served."""

    @override
    def load(self) -> dict[str, Any]:
        """What was kept; a session that has ended, or never was, is empty and loses its key."""
        with connections[current().database].cursor() as cursor:
            cursor.execute(LOAD, [self.session_key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        kept: dict[str, Any] = self.decode(found[0])
        return kept

    @override
    def save(self, must_create: bool = False) -> None:
        """Keep it; UpdateError where somebody has ended it meanwhile."""
        if self.session_key is None:
            self.create()
            return
        data = self.encode(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        until = self.get_expiry_date()
        with connections[current().database].cursor() as cursor:
            if must_create:
                cursor.execute(INSERT, [self.session_key, data, until])
            else:
                cursor.execute(UPDATE, [data, until, self.session_key])
            is_kept = cursor.rowcount == 1
        if not is_kept:
            raise CreateError if must_create else UpdateError

    def _get_new_session_key(self) -> str:
        """Not asked for first: a key that is taken is refused by the INSERT, and drawn again."""
        return get_random_string(32, VALID_KEY_CHARS)
