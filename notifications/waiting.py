"""Questions on how much waits to be told (滞留)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min

from notifications.models import Message
from notifications.models.message import State

# What is on its way, and what waits for a person.
OPEN = (
    State.PENDING,
    State.SENDING,
    State.ACCEPTED,
    State.NEEDS_CALL,
    State.FAILED,
    State.UNDELIVERED,
    State.UNKNOWN,
)


def by_state() -> Iterable[tuple[str, int, datetime | None]]:
    """How many messages stand in each open state, and since when the oldest was due."""
    rows = Message.objects.filter(state__in=OPEN, resolved_at__isnull=True)
    return rows.values_list("state").annotate(Count("pk"), Min("not_before")).order_by()
