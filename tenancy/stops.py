"""Verbs of a stop (受付停止): one municipality's intake rests for a short work, and nobody else's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper

from tenancy import grants, municipalities, schemas
from tenancy.current import serving
from tenancy.directory.models import Municipality

LOOK_SECONDS = 0.05
WRITING = (
    "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = %s AND l.pid <> pg_backend_pid() AND l.mode LIKE 'Row%%' "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class StillWriting(Exception):
    """Something that was begun before the stop does not come to its end."""


def stop(municipality: Municipality, *, at: datetime) -> None:
    """Every process shows the page within the seconds it keeps the directory; then the fence."""
    rows = Municipality.objects.using("owner").filter(code=municipality.code, stopped_at=None)
    rows.update(stopped_at=at)
    municipalities.forget_kept()
    time.sleep(settings.WAKU_DIRECTORY_SECONDS + 0.5)


def fence(municipality: Municipality, *, patience: float) -> None:
    """Take the rights away where its data is, and wait for what was still writing there.

    From here on nothing can be acknowledged there, whatever a process still believes.
    """
    with _owner(municipality) as cursor:
        grants.withdraw(municipality, cursor=cursor)
        deadline = time.monotonic() + patience
        while _writing(cursor, municipality.schema):
            if time.monotonic() > deadline:
                raise StillWriting
            time.sleep(LOOK_SECONDS)


def resume(municipality: Municipality) -> None:
    """Serve again where it was."""
    schemas.grant(municipality)
    Municipality.objects.using("owner").filter(code=municipality.code).update(stopped_at=None)
    municipalities.forget_kept()


def _writing(cursor: CursorWrapper, schema: str) -> bool:
    cursor.execute(WRITING, [schema])
    (count,) = cursor.fetchone()
    return bool(count)


@contextmanager
def _owner(municipality: Municipality) -> Iterator[CursorWrapper]:
    with serving(municipality), connections[municipality.owner_database].cursor() as cursor:
        yield cursor
