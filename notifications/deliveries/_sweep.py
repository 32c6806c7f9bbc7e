"""The sweep: nothing stays without an end. Asks the carrier, drops what is too late, flags it."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from notifications import receipts, senders
from notifications.channels import Channel, Dispatch
from notifications.channels.sms import VALIDITY
from notifications.deliveries._claim import FRESH
from notifications.deliveries._courier import channels_of
from notifications.models.attempt import Attempt, Result
from notifications.models.message import MAY_PASS, UNHEARD, Carrier, Message, State
from notifications.models.receipt import Receipt
from notifications.quiet_hours import QuietHours, next_permitted
from tenancy.current import municipality_atomic

log = logging.getLogger(__name__)
SILENCE = timedelta(minutes=2)  # longer than any try can take: its courier is gone
ASK_AFTER = VALIDITY + timedelta(minutes=5)  # the original can no longer leave the carrier
ASK_AGAIN_AFTER = timedelta(minutes=15)
ASK_UNTIL = timedelta(hours=24)
LOOK_AFTER = timedelta(minutes=30)
AT_ONCE = 200
UNHEARD_UNTIL = timedelta(days=14)  # older ones were listed long ago
ON_ITS_WAY = ("", "accepted", "queued", "sending", "sent")


@dataclass
class Swept:
    """What a sweep found."""

    dropped: int = 0
    silent: int = 0
    proved: int = 0
    not_sent: int = 0
    looked_at: int = 0
    unheard: int = 0


def sweep(*, at: datetime) -> Swept:
    """Bring every unfinished promise nearer to an end or onto a person's list."""
    row = senders.sender()
    swept = Swept(dropped=_drop_late(senders.quiet_hours(row), at=at), silent=_note_silence(at=at))
    channels = channels_of(row)
    try:
        sms = channels.get(Carrier.SMS)
        for attempt in _to_ask(at=at):
            _find_out(attempt, sms, swept, at=at)
        if sms is not None:
            _look_after(sms, swept, at=at)
    finally:
        for channel in channels.values():
            channel.close()
    swept.unheard = _list_unheard(timedelta(hours=row.receipt_hours), at=at)
    return swept


def _drop_late(quiet: QuietHours, *, at: datetime) -> int:
    """Drop what could only arrive after it is of use; it goes onto a person's list."""
    waiting = Message.objects.filter(state=State.PENDING)
    may_pass = Q(kind__in=MAY_PASS, created_at__gt=at - FRESH)
    too_late = Q(not_after__lte=at) | (
        Q(not_after__lte=next_permitted(quiet=quiet, at=at)) & ~may_pass
    )
    count = waiting.filter(too_late).update(state=State.SUPPRESSED, changed_at=at)
    if count:
        log.warning("messages were too late to be sent", extra={"count": count})
    return count


def _note_silence(*, at: datetime) -> int:
    """A try whose courier died may have gone: unknown, and so on a person's list at once."""
    silent = list(
        Attempt.objects.filter(result=Result.SENDING, tried_at__lt=at - SILENCE)[:AT_ONCE]
    )
    for attempt in silent:
        with municipality_atomic():
            Attempt.objects.filter(pk=attempt.pk, result=Result.SENDING).update(
                result=Result.UNKNOWN, error_code="silence", ended_at=at
            )
            message = Message.objects.filter(pk=attempt.message_id, state=State.SENDING)
            # Overtaken on its way: nobody need find out, and nothing is tried again.
            message.filter(not_after__lte=F("created_at")).update(
                state=State.SUPERSEDED, changed_at=at
            )
            message.update(state=State.UNKNOWN, error_code="silence", changed_at=at)
    return len(silent)


def _to_ask(*, at: datetime) -> Iterable[Attempt]:
    rows = Attempt.objects.filter(
        Q(asked_at__isnull=True) | Q(asked_at__lt=at - ASK_AGAIN_AFTER),
        result=Result.UNKNOWN,
        carrier=Carrier.SMS,
        tried_at__lt=at - ASK_AFTER,
        tried_at__gt=at - ASK_UNTIL,
    )
    return list(rows.select_related("message").order_by("tried_at")[:AT_ONCE])


def _find_out(attempt: Attempt, sms: Channel | None, swept: Swept, *, at: datetime) -> None:
    """First what we were told, then what the carrier holds; only its clear no permits a retry."""
    if _believe(attempt, receipts.earlier_about(attempt), at=at):
        swept.proved += 1
        return
    if sms is None:
        return
    message = attempt.message
    dispatch = Dispatch(attempt_id=attempt.pk, recipient=message.recipient, body=message.body)
    held = sms.find(dispatch, tried_at=attempt.tried_at)
    Attempt.objects.filter(pk=attempt.pk).update(asked_at=at)
    if held is None:
        return
    taken = set(Attempt.objects.filter(provider_id__in=held).values_list("provider_id", flat=True))
    ours = [provider_id for provider_id in held if provider_id not in taken]
    if ours:
        found = Receipt(
            provider_id=ours[-1], attempt_id=attempt.pk, status="queued", was_asked=True,
            received_at=at,
        )  # fmt: skip
        _believe(attempt, [found], at=at)
        swept.proved += 1
    else:
        _not_sent(attempt, at=at)
        swept.not_sent += 1


def _believe(attempt: Attempt, told: list[Receipt], *, at: datetime) -> bool:
    for receipt in told:
        receipts.take(
            provider_id=receipt.provider_id,
            attempt_id=attempt.pk,
            status=receipt.status,
            error_code=receipt.error_code,
            done_date=receipt.done_date,
            was_asked=receipt.was_asked,
            at=at,
        )
    return bool(told)


def _not_sent(attempt: Attempt, *, at: datetime) -> None:
    """The carrier never had it: one more try, then a person."""
    with municipality_atomic():
        changed = Attempt.objects.filter(pk=attempt.pk, result=Result.UNKNOWN).update(
            result=Result.NOT_SENT, ended_at=at
        )
        if not changed:
            return  # a receipt came while we asked
        lost = Attempt.objects.filter(message=attempt.message_id, result=Result.NOT_SENT).count()
        again = lost == 1 and attempt.message.not_after > at
        Message.objects.filter(pk=attempt.message_id, state=State.UNKNOWN).update(
            state=State.PENDING if again else State.FAILED,
            error_code="not_sent",
            not_before=at,
            changed_at=at,
        )


def _look_after(sms: Channel, swept: Swept, *, at: datetime) -> None:
    """Fetch the state of what was accepted and never reported; receipts do get lost."""
    rows = Attempt.objects.filter(
        Q(asked_at__isnull=True) | Q(asked_at__lt=at - ASK_AGAIN_AFTER),
        result=Result.ACCEPTED,
        carrier=Carrier.SMS,
        status__in=ON_ITS_WAY,
        tried_at__lt=at - LOOK_AFTER,
        tried_at__gt=at - ASK_UNTIL,
    )
    for attempt in rows.order_by("tried_at")[:AT_ONCE]:
        _believe(attempt, receipts.earlier_about(attempt), at=at)
        seen = sms.look(attempt.provider_id)
        Attempt.objects.filter(pk=attempt.pk).update(asked_at=at)
        if seen is None:
            continue
        swept.looked_at += 1
        receipts.take(
            provider_id=attempt.provider_id,
            attempt_id=attempt.pk,
            status=seen.status,
            error_code=seen.error_code,
            was_asked=True,
            at=at,
        )


def _list_unheard(patience: timedelta, *, at: datetime) -> int:
    """What was accepted and has no end after so long is not known to have arrived.

    It goes onto the person's list; a receipt that comes late takes it off again.
    """
    silent = Attempt.objects.filter(
        result=Result.ACCEPTED,
        carrier=Carrier.SMS,
        status__in=ON_ITS_WAY,
        tried_at__lt=at - patience,
        tried_at__gt=at - UNHEARD_UNTIL,
        message__state__in=(State.ACCEPTED, State.SENT),
    )
    listed = list(silent.order_by("tried_at").values_list("message_id", flat=True)[:AT_ONCE])
    # Asked again in the statement itself: a receipt may come between the two.
    still = Message.objects.filter(pk__in=listed, state__in=(State.ACCEPTED, State.SENT))
    return still.update(state=State.UNKNOWN, error_code=UNHEARD, changed_at=at)
