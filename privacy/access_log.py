"""Verbs and questions of the access log (閲覧記録)."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from privacy.models import AccessEntry
from shared import calendar
from tenancy.models import Staff


@dataclass(frozen=True)
class Circumstances:
    """From where and in which request something happens; set by the entrance."""

    network: str = ""
    request_id: str = ""


NOWHERE = Circumstances()
circumstances: ContextVar[Circumstances] = ContextVar("circumstances", default=NOWHERE)


def record(
    *,
    what: str,
    resident_id: UUID | None = None,
    why: str = "",
    call_id: UUID | None = None,
    count: int = 1,
    succeeded: bool = True,
    role: str = "resident",
    by: Staff | None,
    at: datetime,
) -> AccessEntry:
    """Write one line of the access log, in the caller's transaction; `role` where nobody is `by`."""
    here = circumstances.get()
    return AccessEntry.objects.create(
        happened_at=at,
        staff_id=by.pk if by else None,
        role=by.role if by else role,
        network=here.network,
        request_id=here.request_id,
        resident_id=resident_id,
        what=what,
        why=why,
        call_id=call_id,
        count=count,
        succeeded=succeeded,
    )


def about(resident_id: UUID) -> "QuerySet[AccessEntry]":
    """Everything seen and done about one resident, newest first."""
    return AccessEntry.objects.filter(resident_id=resident_id).order_by("-happened_at", "-id")


def matching(
    *, staff_id: UUID | None = None, resident_id: UUID | None = None, day: date | None = None
) -> "QuerySet[AccessEntry]":
    """The lines of one account, about one resident, of one day of the town; newest first."""
    rows = AccessEntry.objects.order_by("-happened_at", "-id")
    if staff_id is not None:
        rows = rows.filter(staff_id=staff_id)
    if resident_id is not None:
        rows = rows.filter(resident_id=resident_id)
    if day is not None:
        begins, ends = calendar.day_edges(day)
        rows = rows.filter(happened_at__gte=begins, happened_at__lt=ends)
    return rows


def newest(*, staff_id: UUID | None = None, limit: int = 200) -> "QuerySet[AccessEntry]":
    """The newest lines, of everybody or of one account."""
    rows = AccessEntry.objects.order_by("-happened_at", "-id")
    return (rows.filter(staff_id=staff_id) if staff_id else rows)[:limit]


def count(*, what: str, staff_id: UUID | None = None, since: datetime) -> int:
    """How often everybody, or one account, did one thing since a moment."""
    rows = AccessEntry.objects.filter(what=what, happened_at__gte=since)
    return (rows.filter(staff_id=staff_id) if staff_id else rows).count()


def inserting_sql(*, provided: str) -> str:
    """A CTE body that writes one line where `provided` holds; see parameters()."""
    return (
        "INSERT INTO privacy_accessentry (happened_at, staff_id, role, network, request_id, "
        "resident_id, what, why, call_id, count, succeeded) SELECT %(log_at)s::timestamptz, "
        "%(log_staff)s::uuid, %(log_role)s::text, %(log_network)s::text, %(log_request)s::text, "
        "%(log_resident)s::uuid, %(log_what)s::text, '', %(log_call)s::uuid, 1, true "
        f"WHERE {provided}"
    )


def parameters(
    *, what: str, resident_id: UUID, call_id: UUID | None, by: Staff | None, at: datetime
) -> dict[str, object]:
    """The parameters of inserting_sql()."""
    here = circumstances.get()
    return {
        "log_at": at,
        "log_staff": by.pk if by else None,
        "log_role": by.role if by else "resident",
        "log_network": here.network,
        "log_request": here.request_id,
        "log_resident": resident_id,
        "log_what": what,
        "log_call": call_id,
    }
