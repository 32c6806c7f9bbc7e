"""Verbs and questions of the call list (架電リスト): what a person must see to."""

from datetime import datetime
from uuid import UUID

from django.db.models import Case, F, Max, QuerySet, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.models.attempt import Attempt, Result
from notifications.models.message import Carrier, Kind, Message, State
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff

# What somebody may say about a call, and whether the promise is settled by it.
SETTLES = {
    Result.TOLD: True,
    Result.NOT_NEEDED: True,
    Result.WRONG_NUMBER: False,
    Result.NO_ANSWER: False,
    Result.CALL_AGAIN: False,
}


class ListRefused(Exception):
    """Nothing was written down; `words` say why."""

    words: str | Promise


class AlreadySettled(ListRefused):
    """Somebody else was quicker, or a receipt proved that the message had arrived."""

    words = _("この連絡はすでに済んでいます。")


class NoTimeToCall(ListRefused):
    """Calling again needs a moment that is still to come, and before the visit."""

    words = _("かけ直す日時は、これから来場までの間にしてください。")


class PurposeMissing(ListRefused):
    """Nobody's number is shown for nothing."""

    words = _("目的を選んでください。")


class UnknownMessage(LookupError):
    """No such message in this municipality."""


def waiting(*, at: datetime) -> QuerySet[Message]:
    """Everything on the list, the most urgent visit first; who is to be called later comes last."""
    rows = Message.objects.for_a_person().annotate(
        last_tried_at=Max("attempts__tried_at"),
        is_put_off=Case(When(call_after__gt=at, then=True), default=False),
    )
    return rows.order_by("is_put_off", "not_after", F("created_at"))


def count() -> int:
    """How many wait."""
    return Message.objects.for_a_person().count()


def is_waiting(message: Message) -> bool:
    """Whether somebody must still see to it."""
    return Message.objects.for_a_person().filter(pk=message.pk).exists()


def find(message_id: UUID) -> Message:
    """One message of this municipality, or UnknownMessage; a one-time code is shown to nobody."""
    found = Message.objects.exclude(kind=Kind.CODE).filter(pk=message_id).first()
    if found is None:
        raise UnknownMessage(message_id)
    return found


def open_one(*, message_id: UUID, purpose: str = "call", by: Staff, at: datetime) -> Message:
    """Number and words of one message, for a purpose; the look is recorded, every time."""
    if not purpose:
        raise PurposeMissing
    message = find(message_id)
    access_log.record(
        what="call_list",
        resident_id=message.person_id,
        why=f"notice:{message.kind} {purpose}",
        by=by,
        at=at,
    )
    return message


def tries(message: Message) -> list[Attempt]:
    """Every try so far, by whatever way, the newest first."""
    return list(message.attempts.select_related("done_by").order_by("-number"))


def resolve(
    *,
    message: Message,
    outcome: str,
    again_at: datetime | None = None,
    by: Staff,
    at: datetime,
) -> Message:
    """Write down what came of a call; told or not needed settles it, the rest stays on the list.

    Who asked to be called later, and who was not there, may be put off until a moment.
    """
    result = Result(outcome)
    _check_moment(message, result, again_at, at=at)
    settles = SETTLES[result]
    with municipality_atomic():
        row = Message.objects.select_for_update().get(pk=message.pk)
        if not is_waiting(row):
            raise AlreadySettled
        last = row.attempts.aggregate(last=Max("number"))["last"] or 0
        Attempt.objects.create(
            message=row,
            number=last + 1,
            carrier=Carrier.CALL,
            tried_at=at,
            result=result,
            ended_at=at,
            done_by=by,
        )
        if not settles:
            Message.objects.filter(pk=row.pk).update(call_after=again_at)
        if settles:
            Message.objects.filter(pk=row.pk).update(
                state=State.TOLD, resolved_by=by, resolved_at=at, changed_at=at
            )
        access_log.record(
            what="call_list_result", resident_id=row.person_id, why=result.value, by=by, at=at
        )
    row.refresh_from_db()
    return row


def _check_moment(
    message: Message, result: Result, again_at: datetime | None, *, at: datetime
) -> None:
    if again_at is None:
        if result is Result.CALL_AGAIN:
            raise NoTimeToCall
    elif not at < again_at < message.not_after:
        raise NoTimeToCall
