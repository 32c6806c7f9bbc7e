"""Book what was approved, person by person: what a kill leaves undone the next run does (割当ての予約).

Each is one small transaction whose claim carries the line's id as its request key: done twice it is
the same reservation, and the notice is told once. Places are taken by the claim's own statement, so
whoever books first come, first served beside it and this never both take the last one.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connections

from booking import reservations
from booking.eligibility import NotEligible
from booking.models import AssignedPlace, AssignmentPlan
from booking.reservations import Asking
from booking.rulebook import rulebook
from tenancy.current import current, municipality_atomic
from venues.models import Channel

A_TIME: Final = 200
State, Stands = AssignmentPlan.State, AssignedPlace.State


def book_some(*, plan: AssignmentPlan, at: datetime, most: int = A_TIME) -> int:
    """Book and tell the next people; how many. At the end answers are waited for.

    While the ward has stopped bookings nobody is booked: it goes on when they run again.
    """
    rows = AssignedPlace.objects.filter(plan=plan, state=Stands.PLACED).order_by("pk")
    found = list(rows.values_list("pk", flat=True)[:most])
    settled = 0
    for pk in found:
        try:
            settled += _settle(pk, plan.pk, at=at)
        except reservations.Stopped:
            return settled
    if not found:
        AssignmentPlan.objects.filter(pk=plan.pk, state=State.BOOKING).update(state=State.BOOKED)
    return settled


def _settle(pk: UUID, plan_id: UUID, *, at: datetime) -> bool:
    with municipality_atomic():
        _keep_open(plan_id)
        plan = AssignmentPlan.objects.select_related("approved_by").get(pk=plan_id)
        if plan.state != State.BOOKING:
            return False
        rows = AssignedPlace.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        row = rows.select_related("resident").filter(pk=pk, state=Stands.PLACED).first()
        if row is None:
            return False  # another process has it, or had it
        _book(row, plan, at=at)
        row.save(update_fields=["state", "why"])
    return True


def _keep_open(plan_id: UUID) -> None:
    """Whoever stops the plan waits for this person, and no later one begins; workers do not wait."""
    with connections[current().database].cursor() as cursor:
        cursor.execute("SELECT 1 FROM booking_assignmentplan WHERE id = %s FOR SHARE", [plan_id])


def _book(row: AssignedPlace, plan: AssignmentPlan, *, at: datetime) -> None:
    """Make the reservations by a claim; what it refuses is written down."""
    wishes = [
        reservations.Wish(dose, bucket)
        for dose, bucket in zip(plan.doses, row.bucket_ids, strict=True)
    ]
    asking = Asking(
        channel=Channel.WEB, request_key=row.pk, language=row.resident.language,
        notice_version=rulebook().standing.purpose_notice_version,
        answer_until=plan.answer_until,
    )  # fmt: skip
    row.state, row.why = Stands.BOOKED, ""
    try:
        with municipality_atomic():
            reservations.claim(
                resident=row.resident, wishes=wishes, asking=asking, by=plan.approved_by, at=at
            )
    except reservations.Stopped:
        raise
    except (reservations.SlotFull, reservations.PairNotFree):
        row.state, row.why = Stands.REFUSED, "taken_meanwhile"
    except reservations.AlreadyReserved:
        row.state, row.why = Stands.REFUSED, "already_booked"
    except reservations.Refused as refusal:
        row.state, row.why = Stands.REFUSED, _code(refusal)


def _code(refusal: reservations.Refused) -> str:
    cause = refusal.__cause__
    return (cause.code if isinstance(cause, NotEligible) else str(refusal.code))[:20]
