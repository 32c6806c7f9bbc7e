"""Taking what is due: one statement makes a message ours and writes the attempt."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from notifications.models.message import ABOUT_CLOSING, ASKED_FOR_NOW, Carrier, Kind, Message
from notifications.quiet_hours import QuietHours
from tenancy.current import current

FRESH = timedelta(minutes=30)  # how long "asked for right now" lasts, for the quiet hours
EVER = datetime(2000, 1, 1, tzinfo=UTC)

# Literal kinds, so that PostgreSQL sees that the partial index holds.
_FIRST = ", ".join(f"'{kind.value}'" for kind in ASKED_FOR_NOW)
_REST = ", ".join(f"'{kind.value}'" for kind in Kind if kind not in ASKED_FOR_NOW)
_CLOSED = ", ".join(f"'{kind.value}'" for kind in ABOUT_CLOSING)
_CLAIM = """
WITH due AS (
    SELECT id FROM notifications_message
    WHERE state = 'pending' AND kind IN ({kinds}) AND carrier = %(carrier)s
      AND not_before <= %(at)s AND not_after > %(at)s AND created_at > %(made_after)s
    ORDER BY not_before LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE notifications_message m SET state = 'sending', changed_at = %(at)s
    FROM due WHERE m.id = due.id AND m.state = 'pending' RETURNING m.id, m.carrier
)
INSERT INTO notifications_attempt
    (id, message_id, number, carrier, tried_at, result, provider_id, status, error_code)
SELECT gen_random_uuid(), t.id,
    1 + (SELECT coalesce(max(a.number), 0) FROM notifications_attempt a WHERE a.message_id = t.id),
    t.carrier, %(at)s, 'sending', '', '', ''
FROM taken t RETURNING id, message_id, number
"""
FIRST, REST, CLOSED = (_CLAIM.format(kinds=kinds) for kinds in (_FIRST, _REST, _CLOSED))


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send, and the committed attempt that says so."""

    attempt_id: UUID
    number: int
    message: Message

    @property
    def is_asked_for_now(self) -> bool:
        """Whether the person waits for it at this moment."""
        return self.message.kind in ASKED_FOR_NOW


def claim(*, carrier: Carrier, limit: int, quiet: QuietHours, at: datetime) -> list[Claimed]:
    """Take up to so many due messages, those asked for right now first; committed on return."""
    is_quiet = quiet.cover(at)
    made_after = at - FRESH if is_quiet else EVER
    given: dict[str, Any] = {
        "carrier": carrier.value,
        "at": at,
        "made_after": made_after,
        "limit": limit,
    }
    rows = _run(FIRST, given)
    if len(rows) < limit:
        rows += _run(CLOSED if is_quiet else REST, given | {"limit": limit - len(rows)})
    messages = Message.objects.in_bulk([message_id for _, message_id, _ in rows])
    return [
        Claimed(attempt_id, number, messages[message_id]) for attempt_id, message_id, number in rows
    ]


def _run(statement: str, given: dict[str, Any]) -> list[tuple[UUID, UUID, int]]:
    with connections[current().database].cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
