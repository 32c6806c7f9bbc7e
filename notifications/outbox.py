"""Verbs of the outbox: what is promised in the caller's transaction is sent after it (送信待ち)."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import F, Field

from notifications.models import Attempt, Message, Result
from notifications.models.message import ASKED_FOR_NOW, FOR_A_PERSON, State
from tenancy import live
from tenancy.current import current, on_commit

LATE_AFTER = timedelta(minutes=2)
LATE_UNTIL = timedelta(minutes=30)  # what is older waits for the end of the quiet hours
PERHAPS = (Result.SENDING, Result.UNKNOWN, Result.ACCEPTED)
ANEW = (
    "recipient", "subject", "body", "language", "template_version", "not_before", "not_after",
    "changed_at", "error_code",
)  # fmt: skip
# The columns a claim writes; sealed in Python before the transaction begins.
COLUMNS = (
    "id", "kind", "reference", "person_id", "version", "carrier", "language", "recipient",
    "subject", "body", "template_version", "state", "not_before", "not_after", "created_at",
    "changed_at", "provider_id", "error_code",
)  # fmt: skip


def is_late(*, at: datetime) -> bool:
    """Whether something that a person waits for at this moment should have left minutes ago."""
    waiting = Message.objects.filter(state=State.PENDING, kind__in=ASKED_FOR_NOW)
    return waiting.filter(not_before__range=(at - LATE_UNTIL, at - LATE_AFTER)).exists()


def enqueue(message: Message) -> Message:
    """Keep a promise in the caller's transaction; the same promise twice raises IntegrityError."""
    message.save(using=current().database, force_insert=True)
    on_commit(partial(live.has_work, live.MESSAGES))
    return message


def enqueue_all(messages: list[Message]) -> None:
    """Keep many promises in the caller's transaction.

    What was promised before and withdrawn or dropped is promised anew; what went out stays told. What
    may have gone is never sent again: a person tells it.
    """
    known = {
        (row.reference, row.kind, row.version, row.carrier): row
        for row in Message.objects.filter(reference__in=[one.reference for one in messages])
    }
    fresh = []
    for one in messages:
        former = known.get((one.reference, one.kind, one.version, one.carrier))
        if former is None:
            fresh.append(one)
        else:
            _promise_anew(former, one)
    Message.objects.bulk_create(fresh, batch_size=500)
    on_commit(partial(live.has_work, live.MESSAGES))


def _promise_anew(former: Message, one: Message) -> None:
    """The same promise in today's words, to today's number; a person's answer stands."""
    row = Message.objects.select_for_update().filter(
        pk=former.pk, state__in=(State.SUPERSEDED, State.SUPPRESSED), resolved_at__isnull=True
    )
    kept = row.first()
    if kept is None:
        return
    may_have_gone = Attempt.objects.filter(message=kept, result__in=PERHAPS).exists()
    for name in ANEW:
        setattr(kept, name, getattr(one, name))
    kept.state = State.NEEDS_CALL if may_have_gone else one.state
    kept.save(update_fields=[*ANEW, "state"])


def supersede(*, reference: UUID, at: datetime) -> int:
    """Withdraw what was promised about this and is overtaken; in the caller's commit.

    What waits is not sent, and nobody telephones any more about what failed or was lost.
    """
    return supersede_all(references=[reference], at=at)


def supersede_all(*, references: list[UUID], kind: str | None = None, at: datetime) -> int:
    """The same about many, of one kind or of every kind.

    What is on its way at this moment cannot be called back, but is not tried a second time.
    """
    about = Message.objects.filter(
        reference__in=references,
        resolved_at__isnull=True,
        **({} if kind is None else {"kind": kind}),
    )
    # First these: one whose try ends in between waits again and is found by the second statement.
    about.filter(state=State.SENDING).update(not_after=F("created_at"))
    overtaken = about.filter(state__in=(State.PENDING, *FOR_A_PERSON))
    return overtaken.update(state=State.SUPERSEDED, changed_at=at)


def doubt(*, at: datetime) -> int:
    """After a restore: what was due may have left since the backup. Unknown, on a person's list."""
    due = Message.objects.filter(state=State.PENDING, not_before__lte=at)
    return due.update(state=State.UNKNOWN, error_code="restored", changed_at=at)


def inserting_sql(*, name: str, provided: str) -> str:
    """A CTE body that keeps a promise where `provided` holds; parameters are `<name>_<column>`."""
    values = ", ".join(f"%({name}_{column})s{_CASTS.get(column, '')}" for column in COLUMNS)
    return (
        f"INSERT INTO notifications_message ({', '.join(COLUMNS)}) SELECT {values} WHERE {provided}"
    )


def parameters(message: Message, *, name: str) -> dict[str, object]:
    """The parameters of inserting_sql() for an unsaved message: sealed, ready for the wire."""
    found: dict[str, object] = {}
    for column in COLUMNS:
        field = Message._meta.get_field(column)
        assert isinstance(field, Field)
        found[f"{name}_{column}"] = field.pre_save(message, add=True)
    for column in ("recipient", "subject", "body"):
        value = found[f"{name}_{column}"]
        found[f"{name}_{column}"] = None if value is None else bytes(value)  # type: ignore[call-overload]
    return found


_CASTS = {
    "id": "::uuid", "reference": "::uuid", "person_id": "::uuid", "recipient": "::bytea", "subject": "::bytea",
    "body": "::bytea", "not_before": "::timestamptz", "not_after": "::timestamptz",
    "created_at": "::timestamptz", "changed_at": "::timestamptz", "version": "::int",
    "template_version": "::int", "kind": "::text", "carrier": "::text", "language": "::text",
    "state": "::text", "provider_id": "::text", "error_code": "::text",
}  # fmt: skip
