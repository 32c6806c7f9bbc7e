"""The courier: claims, sends with no transaction open, and writes down what became of it."""

import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connections

from notifications import senders
from notifications.channels import Answer, Channel, Dispatch, Outcome
from notifications.channels.mail import Mail
from notifications.channels.sms import Sms
from notifications.deliveries._claim import Claimed, claim
from notifications.deliveries._end import end
from notifications.models.attempt import Attempt
from notifications.models.message import Carrier
from notifications.models.sender import Sender
from privacy.fields import blind_index
from privacy.sealing import CannotOpen
from shared.calendar import day_of, day_start
from tenancy.current import current

log = logging.getLogger(__name__)
SLICE = 400  # messages of one way in one call, so that the other ways get their turn
WIDEST = 16  # tries under way at once; also what a killed courier leaves unknown at most
# Mobile numbers of Japan (060, 070, 080, 090): nothing else may cost money, whatever was stored.
TEXTABLE = re.compile(r"\+81[6-9]0[1-9][0-9]{7}")
NOT_TRIED = {"unopened", "number", "cap"}
Clock = Callable[[], datetime]
STRAINED = {Answer.LATER, Answer.HALTED, Answer.UNKNOWN}


@dataclass
class Lane:
    """One way to send: how many tries may be under way, learned from the carrier's answers.

    It begins with one and doubles with each clear answer, so a carrier that is down costs one
    unanswered try a run and not a windowful.
    """

    carrier: Carrier
    channel: Channel
    width: float = 1.0
    is_halted: bool = False

    def learn(self, answer: Answer) -> None:
        """Widen after a clear answer; narrow after trouble, and stop when one at a time fails."""
        if answer not in STRAINED:
            self.width = min(self.width * 2 if self.width < WIDEST / 2 else self.width + 1, WIDEST)
            return
        if answer is Answer.HALTED or self.width <= 1:
            self.is_halted = True
        self.width = max(self.width / 2, 1.0)


@dataclass
class Courier:
    """Carries the messages of the municipality being served, on the account of its sender."""

    row: Sender
    lanes: list[Lane]
    threads: ThreadPoolExecutor
    _next_sms: float = 0.0
    _now_to: Counter[str] = field(default_factory=Counter)  # tries under way by recipient

    def deliver(self, *, clock: Clock) -> int:
        """Carry up to a slice of what is due by each way; returns how many were tried.

        A slice may take a minute at a slow pace. So the door hands in its clock and not a moment:
        whether it is night, or too late, is asked again for the few that are taken at a time.
        """
        self.row = senders.sender()  # hours and caps may have been changed since the last slice
        return sum(self._carry(lane, clock=clock) for lane in self.lanes)

    def _carry(self, lane: Lane, *, clock: Clock) -> int:
        begun, under_way = 0, dict[Future[Outcome], Claimed]()
        most = min(SLICE, self._left_today(lane, at=clock()))
        quiet = senders.quiet_hours(self.row)
        is_dry = False
        while True:
            room = min(int(lane.width) - len(under_way), most - begun, self._a_second(lane))
            if room > 0 and not lane.is_halted and not is_dry:
                at = clock()
                taken = claim(carrier=lane.carrier, limit=room, quiet=quiet, at=at)
                is_dry = len(taken) < room
                begun += len(taken)
                for claimed in taken:
                    under_way[self._send(lane, claimed, at=at)] = claimed
            if not under_way:
                return begun
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for one in done:
                self._end(lane, under_way.pop(one), one.result(), at=clock())

    def _send(self, lane: Lane, claimed: Claimed, *, at: datetime) -> Future[Outcome]:
        refusal, dispatch = self._prepared(lane, claimed, at=at)
        if dispatch is None:
            return self.threads.submit(lambda: refusal)
        if lane.carrier is Carrier.SMS:
            self._keep_pace()
        # The thread gets plain values: it touches neither the database nor the municipality.
        return self.threads.submit(lane.channel.send, dispatch)

    def _prepared(
        self, lane: Lane, claimed: Claimed, *, at: datetime
    ) -> tuple[Outcome, Dispatch | None]:
        message = claimed.message
        try:
            dispatch = Dispatch(
                attempt_id=claimed.attempt_id,
                recipient=message.recipient,
                subject=message.subject or "",
                body=message.body,
            )
        except CannotOpen:
            log.exception("a message could not be opened")
            return Outcome(Answer.REFUSED, error_code="unopened"), None
        if lane.carrier is Carrier.SMS:
            if not TEXTABLE.fullmatch(dispatch.recipient):
                return Outcome(Answer.REFUSED, error_code="number"), None
            if claimed.is_asked_for_now and self._is_too_often(dispatch.recipient, at=at):
                return Outcome(Answer.REFUSED, error_code="cap"), None
            self._now_to[dispatch.recipient] += 1
        return Outcome(Answer.UNKNOWN), dispatch

    def _is_too_often(self, recipient: str, *, at: datetime) -> bool:
        """Whether this number has had its share today: nobody is flooded through our forms."""
        tried = Attempt.objects.filter(
            recipient_index=blind_index("phone", recipient), tried_at__gte=day_start(day_of(at))
        )
        return tried.count() + self._now_to[recipient] >= self.row.sms_daily_cap_per_number

    def _end(self, lane: Lane, claimed: Claimed, outcome: Outcome, *, at: datetime) -> None:
        index = None
        if outcome.error_code not in NOT_TRIED and lane.carrier is Carrier.SMS:
            index = blind_index("phone", claimed.message.recipient)
            self._now_to[claimed.message.recipient] -= 1
        end(claimed, outcome, recipient_index=index, at=at)
        lane.learn(outcome.answer)
        if outcome.answer is Answer.HALTED:
            facts = {"channel": lane.carrier.value, "code": outcome.error_code}
            log.error("the carrier refuses our account", extra=facts)

    def _keep_pace(self) -> None:
        """Wait so that the sender's own rate is not exceeded."""
        now = time.monotonic()
        if self._next_sms > now:
            time.sleep(self._next_sms - now)
        self._next_sms = max(self._next_sms, now) + 1 / self.row.sms_per_second

    def _a_second(self, lane: Lane) -> int:
        """How many may leave within a second: more are not taken at a time, lest they wait."""
        return self.row.sms_per_second if lane.carrier is Carrier.SMS else WIDEST

    def _left_today(self, lane: Lane, *, at: datetime) -> int:
        if lane.carrier is not Carrier.SMS:
            return SLICE
        cap = self.row.sms_daily_cap
        since = day_start(day_of(at))
        tried = Attempt.objects.filter(carrier=Carrier.SMS, tried_at__gte=since).count()
        if tried * 5 >= cap * 4:
            facts = {"channel": "sms", "count": tried}
            log.warning("the day's cap of messages is near or reached", extra=facts)
        return max(cap - tried, 0)


@contextmanager
def courier() -> Iterator[Courier]:
    """A courier with the channels this municipality has set up."""
    row = senders.sender()
    lanes = [Lane(carrier, channel) for carrier, channel in channels_of(row).items()]
    threads = ThreadPoolExecutor(WIDEST, thread_name_prefix="courier")
    try:
        yield Courier(row, lanes, threads)
    finally:
        threads.shutdown()
        for lane in lanes:
            lane.channel.close()


def channels_of(row: Sender) -> dict[Carrier, Channel]:
    """The ways that are set up; what has no way waits and ends on a person's list."""
    found: dict[Carrier, Channel] = {}
    if sms := senders.sms_account_of(row):
        found[Carrier.SMS] = Sms(sms)
    if mail := senders.mail_account_of(row):
        found[Carrier.MAIL] = Mail(mail)
    return found


def deliver_due(*, at: datetime) -> int:
    """Carry one slice of what is due at this moment by each way."""
    with courier() as one:
        return one.deliver(clock=lambda: at)


@contextmanager
def alone(work: str) -> Iterator[bool]:
    """Whether this is the only one at this work for the municipality; nothing depends on it.

    Two couriers never send one message twice. This only keeps a second one from waking up beside
    a busy one, so that the sender's pace holds.
    """
    name = f"{current().code}:{work}"
    with connections[current().database].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (got,) = cursor.fetchone()
    try:
        yield bool(got)
    finally:
        if got:
            with connections[current().database].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
