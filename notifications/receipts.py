"""Verbs of receipts (到達通知): keep what the carrier says, and move the message on by rank."""

from datetime import datetime
from uuid import UUID

from notifications.models.attempt import Attempt, Result
from notifications.models.message import UNHEARD, Message, State
from notifications.models.receipt import Receipt
from notifications.statuses import later_of, ours, rank_of
from tenancy.current import municipality_atomic

# From which states a message may come to each; ends are final.
_BEFORE_ACCEPTED = (State.PENDING, State.SENDING, State.UNKNOWN)
_BEFORE_SENT = (*_BEFORE_ACCEPTED, State.ACCEPTED)
_BEFORE_END = (*_BEFORE_SENT, State.SENT)
BEFORE = {
    State.ACCEPTED: _BEFORE_ACCEPTED,
    State.SENT: _BEFORE_SENT,
    State.DELIVERED: _BEFORE_END,
    State.UNDELIVERED: _BEFORE_END,
    State.FAILED: _BEFORE_END,
}
DOUBTED = (Result.SENDING, Result.UNKNOWN, Result.NOT_SENT)


def take(
    *,
    provider_id: str,
    attempt_id: UUID | None,
    status: str,
    error_code: str = "",
    done_date: str = "",
    was_asked: bool = False,
    at: datetime,
) -> bool:
    """Keep a receipt, whatever it is about; returns whether it belongs to a try of ours.

    Told twice, it is kept once and moves nothing the second time. A receipt is also the proof
    that a try whose answer was lost has been accepted.
    """
    receipt = Receipt(
        provider_id=provider_id,
        attempt_id=attempt_id,
        status=status,
        error_code=error_code,
        done_date=done_date,
        was_asked=was_asked,
        received_at=at,
    )
    with municipality_atomic():
        Receipt.objects.bulk_create([receipt], ignore_conflicts=True)
        attempt = _attempt_of(provider_id, attempt_id)
        if attempt is None:
            return False
        apply(attempt, receipt, at=at)
    return True


def apply(attempt: Attempt, receipt: Receipt, *, at: datetime) -> None:
    """Let a receipt speak for a locked attempt and its message; in the caller's transaction."""
    was_doubted = attempt.result in DOUBTED
    standing = later_of(attempt.status, receipt.status)
    if not was_doubted and standing == attempt.status:
        return
    if was_doubted:
        attempt.result, attempt.provider_id = Result.ACCEPTED, receipt.provider_id
        attempt.error_code = ""
        attempt.ended_at = attempt.ended_at or at
    if standing == receipt.status and receipt.error_code:
        attempt.error_code = attempt.error_code or receipt.error_code
    attempt.status = standing
    attempt.save(update_fields=["result", "provider_id", "status", "error_code", "ended_at"])
    _move_on(attempt, was_doubted=was_doubted, at=at)


def _move_on(attempt: Attempt, *, was_doubted: bool, at: datetime) -> None:
    state = State(ours(attempt.status))
    before: tuple[State, ...] = BEFORE[state]
    if was_doubted:
        # Given up for lost, but it had gone: the proof ends the search, whoever else was told.
        before = (*before, State.FAILED, State.SUPPRESSED)
    about = Message.objects.filter(pk=attempt.message_id, state__in=before)
    if state in {State.ACCEPTED, State.SENT}:
        # Listed because no end was heard: one more step on the way is not that end.
        about = about.exclude(state=State.UNKNOWN, error_code=UNHEARD)
    about.update(
        state=state,
        provider_id=attempt.provider_id,
        error_code=attempt.error_code,
        changed_at=at,
    )


def _attempt_of(provider_id: str, attempt_id: UUID | None) -> Attempt | None:
    locked = Attempt.objects.select_for_update()
    known = locked.filter(provider_id=provider_id).first()
    if known is not None or attempt_id is None:
        return known
    # The answer that would have named this id was lost, or is still on its way.
    return locked.filter(pk=attempt_id, provider_id="").first()


def earlier_about(attempt: Attempt) -> list[Receipt]:
    """What the carrier has said about a try so far, the furthest last."""
    told = Receipt.objects.filter(attempt_id=attempt.pk)
    if attempt.provider_id:
        told = told | Receipt.objects.filter(provider_id=attempt.provider_id)
    return sorted(told, key=lambda receipt: (rank_of(receipt.status), receipt.pk))
