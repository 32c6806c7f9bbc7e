"""What was done to reservations, for the auditor: acts, never whom they name; see privacy.traces."""

from django.utils.translation import gettext_lazy as _

from booking.models import ReservationEvent
from privacy.traces import Asked, Trace, between


def of_events(asked: Asked, most: int) -> tuple[int, list[Trace]]:
    """The events of reservations."""
    wanted = {
        "reservation__resident_id": asked.resident_id,
        "done_by_id": asked.staff_id,
        "call_id": asked.call_id,
    }
    rows = ReservationEvent.objects.filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    rows = between(rows, "happened_at", asked)
    return rows.count(), [_of(event) for event in rows.select_related("reservation")[:most]]


def _of(event: ReservationEvent) -> Trace:
    return Trace(
        happened_at=event.happened_at,
        source=_("予約履歴"),
        what=event.get_what_display(),
        staff_id=event.done_by_id,
        resident_id=event.reservation.resident_id,
        call_id=event.call_id,
        why=event.get_channel_display(),
    )
