"""Verb and questions on programmes: which ones run (事業の台帳)."""

from datetime import datetime

from django.db import connections

from tenancy import history, live
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models import Staff
from venues import availability, slot_facts
from venues.models import Programme
from venues.refusals import checked_reason


def keep(*, programme: Programme, reason: str, by: Staff, at: datetime) -> Programme:
    """Enter a programme, change its names, open or close it; closing cancels nobody."""
    reason = checked_reason(reason)
    with municipality_atomic():
        first()  # what stood before there were several has its programme first
        history.save(programme, reason=reason, by=by, at=at)
        on_commit(live.stir)
    slot_facts.forget_kept()
    availability.look_again()
    return programme


def first() -> int:
    """The programme of whoever names none; made where there is none yet."""
    with connections[current().database].cursor() as cursor:
        cursor.execute("SELECT venues_first_programme()")
        return int(cursor.fetchone()[0])


def everything() -> list[Programme]:
    """Every programme in order; none before anything was opened."""
    return list(Programme.objects.all())


def running() -> list[Programme]:
    """The programmes that take bookings, in order."""
    return [one for one in everything() if one.is_open]


def find(pk: int) -> Programme | None:
    """One programme."""
    return Programme.objects.filter(pk=pk).first()
