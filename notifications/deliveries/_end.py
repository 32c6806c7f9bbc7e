"""Ending a try: what its outcome makes of the attempt and of the promise."""

import random
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connections

from notifications.channels import Answer, Outcome
from notifications.deliveries._claim import Claimed
from notifications.models.attempt import Result
from notifications.models.message import State
from tenancy.current import current, municipality_atomic

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
MOST_TRIES = 20

# The attempt first, then its message: every path locks in this order. What a callback has already
# proved is not touched. What was overtaken on its way (see outbox.supersede_all) waits for nothing.
_END = """
WITH ended AS (
    UPDATE notifications_attempt SET result = %(result)s, provider_id = %(provider_id)s,
        status = %(status)s, error_code = %(error_code)s, ended_at = %(at)s,
        recipient_index = %(recipient_index)s
    WHERE id = %(attempt)s AND result IN ('sending', 'unknown') RETURNING message_id
)
UPDATE notifications_message m SET provider_id = %(provider_id)s,
    error_code = %(error_code)s, changed_at = %(at)s,
    not_before = coalesce(%(not_before)s::timestamptz, m.not_before),
    state = CASE WHEN %(state)s::text <> 'accepted' AND m.not_after <= m.created_at
        THEN 'superseded' ELSE %(state)s::text END
FROM ended WHERE m.id = ended.message_id AND m.state IN ('sending', 'unknown')
"""
RESULTS = {
    Answer.ACCEPTED: (Result.ACCEPTED, State.ACCEPTED),
    Answer.REFUSED: (Result.REFUSED, State.FAILED),
    Answer.LATER: (Result.LATER, State.PENDING),
    Answer.HALTED: (Result.HALTED, State.PENDING),
    Answer.UNKNOWN: (Result.UNKNOWN, State.UNKNOWN),
}


def end(claimed: Claimed, outcome: Outcome, *, recipient_index: bytes | None, at: datetime) -> None:
    """Write down what became of a try; what comes to nothing ends on a person's list."""
    try:
        _write(claimed, outcome, recipient_index=recipient_index, at=at)
    except IntegrityError:
        # The carrier named an id that another try already has: nothing is known of this one.
        doubt = Outcome(Answer.UNKNOWN, error_code="same_id")
        _write(claimed, doubt, recipient_index=recipient_index, at=at)


def _write(
    claimed: Claimed, outcome: Outcome, *, recipient_index: bytes | None, at: datetime
) -> None:
    result, state = RESULTS[outcome.answer]
    not_before = None
    if state is State.PENDING:
        not_before = at + pause(claimed.number)
        if not_before >= claimed.message.not_after or claimed.number >= MOST_TRIES:
            state = State.FAILED
    given: dict[str, Any] = {
        "attempt": claimed.attempt_id,
        "result": result.value,
        "state": state.value,
        "status": "queued" if outcome.answer is Answer.ACCEPTED else "",
        "provider_id": outcome.provider_id,
        "error_code": outcome.error_code,
        "recipient_index": recipient_index,
        "not_before": not_before,
        "at": at,
    }
    connection = connections[current().database]
    # One statement is a transaction by itself; inside a caller's it needs a savepoint to fail.
    around = municipality_atomic() if connection.in_atomic_block else nullcontext()
    with around, connection.cursor() as cursor:
        cursor.execute(_END, given)


def pause(number: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, never in step with others."""
    most: timedelta = min(FIRST_PAUSE * 2 ** (min(number, 10) - 1), LONGEST_PAUSE)
    return most * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
