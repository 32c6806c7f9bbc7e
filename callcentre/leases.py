"""Verbs on leases: take, renew, give up, take over; require before every write (対応中の印).

A lease is a courtesy that is enforced: one call at a time changes one resident. Behind it stand
the reservation's version and the bucket's constraint, because a lease may run out.
"""

import uuid
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connections
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callcentre import consoles, openings
from callcentre.models import Call, Lease
from callcentre.refusals import HeldByOther, NotASupervisor
from privacy import access_log
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

LASTS: Final = timedelta(seconds=90)
# Why a supervisor takes over; the holder and the access log are told.
REASONS: Final[dict[str, Promise]] = {
    "caller_asked": _("相手が管理者を求めた"),
    "stuck": _("手続きが止まっている"),
    "away": _("担当者が席を外した"),
    "correction": _("誤りを直す"),
}

# Take a free or expired lease, or keep one's own; the row lock decides between two at once.
TAKING = """
INSERT INTO callcentre_lease AS l (id, resident_id, call_id, holder_id, version, taken_at, expires_at)
VALUES (%(id)s, %(resident)s, %(call)s, %(holder)s, 1, %(at)s, %(until)s)
ON CONFLICT (resident_id) DO UPDATE SET
    call_id = EXCLUDED.call_id, holder_id = EXCLUDED.holder_id, expires_at = EXCLUDED.expires_at,
    version = CASE WHEN l.call_id = EXCLUDED.call_id THEN l.version ELSE l.version + 1 END,
    taken_at = CASE WHEN l.call_id = EXCLUDED.call_id THEN l.taken_at ELSE EXCLUDED.taken_at END
WHERE l.call_id = EXCLUDED.call_id OR l.expires_at <= %(at)s
RETURNING taken_at = %(at)s
"""


def take(*, resident_id: UUID, call: Call, by: Staff, at: datetime) -> Lease:
    """Hold the resident for this call, or keep holding; a new hold is a look and is logged.

    Nothing is seen or changed without it, so the ward's mark is asked for here.
    """
    with municipality_atomic():
        is_marked = openings.require(resident_id=resident_id, call=call, by=by)
        with connections[current().database].cursor() as cursor:
            cursor.execute(
                TAKING,
                {
                    "id": uuid.uuid4(), "resident": resident_id, "call": call.pk,
                    "holder": by.pk, "at": at, "until": at + LASTS,
                },
            )  # fmt: skip
            taken = cursor.fetchone()
        lease = Lease.objects.select_related("holder").filter(resident_id=resident_id).first()
        if taken is None or lease is None:
            raise HeldByOther(lease.holder.display_name if lease else "")
        if taken[0]:
            access_log.record(
                what="view", why=call.direction, resident_id=resident_id, call_id=call.pk,
                by=by, at=at,
            )  # fmt: skip
            if is_marked:
                openings.tell(resident_id=resident_id, by=by, at=at)
    return lease


def renew(*, call: Call, at: datetime) -> int:
    """The console is alive: its leases last on. The count of those it still holds."""
    return Lease.objects.filter(call=call, expires_at__gt=at).update(expires_at=at + LASTS)


def give_up(*, call: Call, resident_id: UUID) -> None:
    """Let somebody else deal with the resident at once."""
    Lease.objects.filter(call=call, resident_id=resident_id).delete()


def take_over(*, resident_id: UUID, call: Call, reason: str, by: Staff, at: datetime) -> Lease:
    """A supervisor takes the resident from whoever holds them; the holder is told at once.

    From the commit on the holder's writes are refused; the reason stands in the access log.
    """
    if not by.may(Permission.SUPERVISE_CALLS):
        raise NotASupervisor
    with municipality_atomic():
        held = Lease.objects.select_for_update(of=("self",)).filter(resident_id=resident_id)
        others = list(held.exclude(call=call).filter(expires_at__gt=at).select_related("holder"))
        held.exclude(call=call).update(expires_at=at)
        for lost in others:
            access_log.record(
                what="take_over", why=reason, resident_id=resident_id, call_id=lost.call_id,
                by=by, at=at,
            )  # fmt: skip
            news = {"what": "lease", "by": by.display_name, "reason": reason}
            consoles.tell(lost.holder, news, at=at)
        return take(resident_id=resident_id, call=call, by=by, at=at)


def require(*, resident_id: UUID, call: Call, by: Staff, at: datetime) -> Lease:
    """In the caller's transaction: the lease is this call's until the commit, or a refusal."""
    return take(resident_id=resident_id, call=call, by=by, at=at)


def holder_of(resident_id: UUID, *, at: datetime) -> Lease | None:
    """Who is dealing with a resident now, in any call."""
    rows = Lease.objects.select_related("holder", "call")
    return rows.filter(resident_id=resident_id, expires_at__gt=at).first()
