"""Verbs on bookings whose holder moved, died or lost the voucher: list, keep, cancel (予約の判断).

A list from the ward cancels nobody: somebody looks at each booking and decides. The person online
is told no reason; nothing is sent where somebody has died.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from booking import reservations
from booking.models import Reservation, Resident, StatusDecision, Voucher
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues.models import Channel

Status, Outcome = StatusDecision.Status, StatusDecision.Outcome
MOST_SHOWN = 200
REASONS = {Status.MOVED_OUT: "moved_out", Status.DECEASED: "deceased", Status.VOID: "void"}


class AlreadyDecided(reservations.Refused):
    """Somebody decided first, or the list or the booking has changed."""

    words = _("この予約はすでに判断されたか、変更されています。もう一度ご確認ください。")
    code = "already_decided"


def waiting(*, by: Staff, at: datetime) -> list[Reservation]:
    """Bookings to come that somebody must decide on, with their `status`; each look is recorded."""
    rows = _undecided(at=at).select_related("resident", "slot__opening__venue")
    found = list(rows.order_by("slot__starts_at", "resident_id", "dose_number")[:MOST_SHOWN])
    with municipality_atomic():
        for person_id in dict.fromkeys(one.resident_id for one in found):
            access_log.record(what="to_decide_seen", resident_id=person_id, by=by, at=at)
    return found


def count(*, at: datetime) -> int:
    """How many wait."""
    return _undecided(at=at).count()


def decide(
    *, reservation_id: UUID, version: int, status: str, outcome: str, by: Staff, at: datetime
) -> StatusDecision:
    """Keep or cancel one booking as it was shown, with the status that was shown; once."""
    with municipality_atomic():
        # The person is locked first, as in every change: a list that comes meanwhile is waited for.
        holder = Reservation.objects.filter(pk=reservation_id).values("resident_id")
        list(Resident.objects.select_for_update(no_key=True).filter(pk__in=holder))
        row = _undecided(at=at).select_related("resident").filter(pk=reservation_id).first()
        if row is None or (row.version, _status_of(row)) != (version, status):
            raise AlreadyDecided
        made = StatusDecision.objects.create(
            reservation=row, status=status, outcome=outcome, done_by=by, happened_at=at
        )
        if made.outcome == Outcome.CANCELLED:
            reservations.cancel(
                reservation=row,
                channel=Channel.PHONE,
                reason=REASONS[Status(status)],
                is_told=status != Status.DECEASED,
                by=by,
                at=at,
            )
        access_log.record(
            what="status_decided", resident_id=row.resident_id, why=str(outcome), by=by, at=at
        )
    return made


def _status_of(row: Reservation) -> str:
    return str(row.status)  # type: ignore[attr-defined]  # annotated below


def _undecided(*, at: datetime) -> QuerySet[Reservation]:
    vouchers = Voucher.objects.filter(resident_id=OuterRef("resident_id"), is_live=True)
    decided = StatusDecision.objects.filter(
        reservation_id=OuterRef("pk"), status=OuterRef("status")
    )
    status = Case(
        When(~Q(resident__status_flag=Resident.StatusFlag.NONE), then=F("resident__status_flag")),
        default=Value(Status.VOID.value),
        output_field=CharField(),
    )
    rows = Reservation.objects.filter(
        ~Q(resident__status_flag=Resident.StatusFlag.NONE) | ~Exists(vouchers),
        is_live=True,
        slot__starts_at__gt=at,
    )
    return rows.annotate(status=status).filter(~Exists(decided))
