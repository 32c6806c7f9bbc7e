"""Looks whether a place is free, then writes what it saw plus one: two callers see the same."""

import config.wsgi
from booking.reservations import _sql
from venues import slots

application = config.wsgi.application


def _taking(*, bucket: str, provided: str, yielded: str) -> str:  # noqa: ARG001 - as the guard
    return (
        "UPDATE venues_bucket b SET taken = seen.taken + 1 FROM (SELECT s.taken, pg_sleep(0.02) "
        f"FROM venues_bucket s WHERE s.id = {bucket} AND s.taken < s.capacity) seen "
        f"WHERE b.id = {bucket} AND {provided} RETURNING b.id AS bucket_id, b.slot_id"
    )


vars(slots)["taking_sql"] = _taking
_sql.single.cache_clear()
