"""R09: the carrier and the mail server are silent, refuse, hang, and accept without a word."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from bench.towns import at_home
from drills import promises
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from notifications import deliveries
from notifications.channels import Answer, sms
from notifications.deliveries import _end
from notifications.models import Message
from notifications.models.attempt import Result
from notifications.models.message import State

HANG = 1.0
TEXTS = (
    "accept", "too_many", "unavailable", "unavailable_after_accept", "hang", "hang_after_accept",
    "close", "close_after_accept", "refuse",
)  # fmt: skip
MAILS: dict[str, dict[str, Any]] = {
    "taken": {},
    "unknown": {"rcpt": "550 5.1.1 no such mailbox"},
    "busy": {"data": "451 4.3.0 try again later"},
    "broken": {"data": "500 5.0.0 broken"},
    "silent": {"hang_seconds": HANG},
    "silent-after": {"hang_seconds": HANG, "keep": True},
    "cut": {"close": True},
    "cut-after": {"close": True, "keep": True},
}


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """Some of each kind; the sweeps of the next minutes find out what became of them."""
    each = 2 if ground.is_quick or defect else 12
    ground.carrier()
    recipients = [*_texts(ground, each), *_mails(ground, each)]
    with _impatient(ground, defect), at_home(ground.town.code) as at:
        promises.set_up_sender(per_second=1000, at=at)
        promises.promise(recipients, at=at)
        for _ in range(40):
            if not _carry(timezone.now()):
                break
        for minutes in (3, 17):
            deliveries.sweep(at=at + timedelta(minutes=minutes))
        for _ in range(40):
            if not _carry(at + timedelta(minutes=18)):
                break
        deliveries.sweep(at=at + timedelta(minutes=29))
        waiting = Message.objects.filter(state=State.PENDING)
        # What a mail server puts off for ever ends when it is of no use any more.
        waiting.update(not_after=at + timedelta(minutes=29))
        deliveries.sweep(at=at + timedelta(minutes=30))
    promises.check(ground, findings, recipients)


def _carry(at: datetime) -> bool:
    """One round of a new courier; whether anything is still due at that moment."""
    deliveries.deliver_due(at=at)
    return Message.objects.filter(state=State.PENDING, not_before__lte=at).exists()


def _texts(ground: Ground, each: int) -> Iterator[str]:
    for kind, creation in enumerate(TEXTS):
        for serial in range(each):
            number = f"+81708{kind:02}{serial:05}"
            promises.told(
                ground,
                f"behaviours/{number}",
                {"creation": creation, "times": 1, "hang_seconds": HANG, "missing": ["all"], "statuses": []},
            )  # fmt: skip
            yield number


def _mails(ground: Ground, each: int) -> Iterator[str]:
    for kind, behaviour in MAILS.items():
        for serial in range(each):
            address = f"{kind}-{serial}@mihon.example"
            promises.told(ground, f"mailboxes/{address}", behaviour)
            yield address


@contextmanager
def _impatient(ground: Ground, defect: Defect | None) -> Iterator[None]:
    """This process carries itself, and waits for answers only for a moment."""
    usual = dict(_end.RESULTS)
    options = {"host": "127.0.0.1", "port": ground.ports["mail"], "timeout": HANG / 2}
    before, settings.MAILERS = settings.MAILERS, {"default": {"OPTIONS": options}}
    patience, sms.READ_SECONDS = sms.READ_SECONDS, HANG / 2
    if defect is not None:  # what got no answer is simply sent again
        _end.RESULTS[Answer.UNKNOWN] = (Result.LATER, State.PENDING)
    try:
        yield
    finally:
        _end.RESULTS.update(usual)
        settings.MAILERS, sms.READ_SECONDS = before, patience


SCENARIO = Scenario("carrier", run, (Defect("again_without_asking"),))
