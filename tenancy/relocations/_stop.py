"""The short stop: one municipality's intake, and nobody else's."""

import time
from datetime import datetime

from django.conf import settings

from tenancy import municipalities, schemas
from tenancy.directory.models import Municipality
from tenancy.relocations._refusals import NotReady
from tenancy.relocations._road import Road, one, owner_of

LOOK_SECONDS = 0.05


def stop(road: Road, *, at: datetime) -> None:
    """Every process shows the page within the seconds it keeps the directory; then the fence."""
    rows = Municipality.objects.using("owner").filter(code=road.source.code, stopped_at=None)
    rows.update(stopped_at=at)
    municipalities.forget_kept()
    time.sleep(settings.WAKU_DIRECTORY_SECONDS + 0.5)


def fence(road: Road, *, patience: float) -> None:
    """Take the rights at the source away and wait for what was still writing there.

    From here on nothing can be acknowledged at the source, whatever a process still believes.
    """
    schema, role = road.schema, road.source.role
    with owner_of(road.source) as cursor:
        cursor.execute(
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}; "
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}; "
            f"REVOKE ALL ON SCHEMA {schema} FROM {role}"
        )
        deadline = time.monotonic() + patience
        while one(
            cursor,
            "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND l.pid <> pg_backend_pid() AND l.mode LIKE 'Row%%' "
            "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [schema],
        ):
            if time.monotonic() > deadline:
                raise NotReady("終わらない処理が残っています。受付を再開し、移転を取りやめます。")
            time.sleep(LOOK_SECONDS)


def resume(road: Road) -> None:
    """Serve again where it was."""
    schemas.grant(road.source)
    Municipality.objects.using("owner").filter(code=road.source.code).update(stopped_at=None)
    municipalities.forget_kept()


def switch(road: Road) -> None:
    """The directory points to the target, and it is served there: one statement."""
    schemas.grant(road.target)
    Municipality.objects.using("owner").filter(code=road.source.code).update(
        database=road.target.database, stopped_at=None
    )
    municipalities.forget_kept()
