"""One long work at a time in each municipality (排他): an advisory lock that goes with its transaction."""

from typing import Final

from django.db import connections

from tenancy.current import current

_INTAKE: Final = 812_001
_NUMBERS: Final = 812_002


def intake_is_ours() -> bool:
    """Whether this transaction is now the only one that works on the municipality's list."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s::int, %s::int)", [_INTAKE, int(current().code)]
        )
        (ours,) = cursor.fetchone()
    return bool(ours)


def number_in_turn() -> None:
    """Wait until no other transaction is drawing a number."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s::int, %s::int)", [_NUMBERS, int(current().code)]
        )


def allow_minutes(minutes: int) -> None:
    """Let this transaction's statements take longer than a page's may."""
    with connections[current().database].cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s::text, true)", [f"{minutes}min"])
