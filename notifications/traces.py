"""What was sent, for the auditor: kind, way and end, never words or address; see privacy.traces."""

from django.utils.translation import gettext_lazy as _

from notifications.models import Attempt
from privacy.traces import Asked, Trace, between


def of_attempts(asked: Asked, most: int) -> tuple[int, list[Trace]]:
    """Each try to tell somebody something."""
    if asked.call_id is not None:
        return 0, []  # a message belongs to a reservation, not to a call
    wanted = {"message__person_id": asked.resident_id, "done_by_id": asked.staff_id}
    rows = Attempt.objects.filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    rows = between(rows, "tried_at", asked)
    return rows.count(), [_of(attempt) for attempt in rows.select_related("message")[:most]]


def _of(attempt: Attempt) -> Trace:
    message = attempt.message
    return Trace(
        happened_at=attempt.tried_at,
        source=_("お知らせ"),
        what=message.get_kind_display(),
        staff_id=attempt.done_by_id,
        resident_id=message.person_id,
        why=f"{attempt.get_carrier_display()}・{attempt.get_result_display()}",
    )
