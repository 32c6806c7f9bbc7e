"""One step of whatever a plan needs next (割当ての進行)."""

from datetime import datetime

from django.db.models import Q

from booking.assignment._answering import settle_silence
from booking.assignment._booking import book_some
from booking.assignment._listing import list_some
from booking.assignment._placing import place
from booking.models import AssignmentPlan

State = AssignmentPlan.State


def proceed(*, plan: AssignmentPlan, at: datetime) -> int:
    """List, propose, book or end the next people; how many, 0 where nothing is left to do now.

    Run by two at once, or again after a kill, it does each person once.
    """
    row = AssignmentPlan.objects.select_related("approved_by").get(pk=plan.pk)
    if row.state == State.LISTING:
        return list_some(plan=row, at=at) or 1  # its end is a step too
    if row.state == State.PLACING:
        return place(plan=row, at=at)
    if row.state == State.BOOKING:
        return book_some(plan=row, at=at)
    return settle_silence(plan=row, at=at) if row.state == State.BOOKED else 0


def going_on(*, at: datetime) -> list[AssignmentPlan]:
    """Plans with work to be done now."""
    answered = Q(state=State.BOOKED, answer_until__lte=at)
    rows = AssignmentPlan.objects.filter(Q(state__in=AssignmentPlan.WORKING) | answered)
    return list(rows.order_by("edited_at"))
