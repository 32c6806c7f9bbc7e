"""R09: the carrier is gone for thirty minutes with 5,000 messages due, and comes back."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from django.utils import timezone

from bench.towns import at_home
from drills import outages, presses, promises
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from notifications import deliveries
from notifications.deliveries import _claim, _end, _sweep
from notifications.models import Attempt, Message
from notifications.models.message import State

SECONDS, SHORT = 1800.0, 12.0
DRAINED_WITHIN = 1200.0  # of the return
EVERY, SWEPT_EVERY = 5.0, 60.0  # as beat has it done
LATE = 10  # one of so many is of no use any more before the carrier is back


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """People book before and meanwhile; what is of no use any more is never sent."""
    is_small = ground.is_quick or defect is not None
    seconds, count, people = (SHORT, 60, 90) if is_small else (SECONDS, 5000, 1800)
    ground.carrier()
    crowd = presses.gathered(ground, people=people, places=max(6, people // 12))
    calm = outages.while_people_come(
        ground, crowd, first=0, until=people // 3, seconds=seconds / 10
    )
    recipients = [f"+81709{number:07}" for number in range(count)]
    late = set(recipients[::LATE])
    ground.keeper.kill("simulator")
    with _couriers(ground, is_small=is_small, defect=defect):
        with at_home(ground.town.code) as at:
            promises.set_up_sender(per_second=40, at=at)
            _promise(recipients, late, useless_after=at + timedelta(seconds=seconds / 2), at=at)
        begun = time.monotonic()
        meanwhile = outages.while_people_come(
            ground, crowd, first=people // 3, until=people, seconds=seconds
        )
        findings.must_reach("seconds", time.monotonic() - begun, seconds, "s without a carrier")
        with at_home(ground.town.code):
            vain = Attempt.objects.count()
        # One unanswered try a run, however many are due.
        most = 4 + 2 * int((time.monotonic() - begun) / _every(is_small=is_small))
        findings.say("tries_in_vain", vain, "tries")
        if vain > most:
            findings.broken.append(f"tries_in_vain: {vain}, more than {most}")
        findings.say("p95_ms_before", calm, "ms of a press")
        findings.say("p95_ms_meanwhile", meanwhile, "ms of a press")
        ground.keeper.again("simulator")
        if (drained := _until_drained(ground)) > DRAINED_WITHIN:
            findings.broken.append(f"drained: {drained:.0f} s after the return")
        findings.say("drained_seconds", drained, "s after the return")
    _check(ground, findings, recipients, late)
    presses.check(ground, findings, crowd)


def _promise(
    recipients: list[str], late: set[str], *, useless_after: datetime, at: datetime
) -> None:
    """The late ones stand last in the line: a try in vain would end them by itself."""
    promises.promise([one for one in recipients if one not in late], at=at)
    before = list(Message.objects.values_list("pk", flat=True))
    promises.promise(sorted(late), at=at + timedelta(seconds=1))
    Message.objects.exclude(pk__in=before).update(not_after=useless_after)


def _every(*, is_small: bool) -> float:
    return 0.5 if is_small else EVERY


@contextmanager
def _couriers(ground: Ground, *, is_small: bool, defect: Defect | None) -> Iterator[None]:
    """Two couriers and a sweep go round in this process, as beat and the workers have it."""
    over = threading.Event()
    rounds = {"deliver": _deliver, "sweep": _swept}
    pace = {"deliver": _every(is_small=is_small), "sweep": 1.0 if is_small else SWEPT_EVERY}

    def turn(name: str) -> None:
        while not over.wait(pace[name]):
            with at_home(ground.town.code), suppress(OSError):
                rounds[name]()

    threads = [threading.Thread(target=turn, args=(one,)) for one in ("deliver", "sweep")]
    with _impatient(is_small=is_small), _seeded(defect):
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()


def _deliver() -> None:
    with deliveries.courier() as courier:
        while courier.deliver(clock=timezone.now):
            pass


def _swept() -> None:
    deliveries.sweep(at=timezone.now())


@contextmanager
def _impatient(*, is_small: bool) -> Iterator[None]:
    """A short outage has short pauses between two tries of one message."""
    shorter = timedelta(seconds=2)
    with (
        mock.patch.object(_end, "FIRST_PAUSE", shorter if is_small else _end.FIRST_PAUSE),
        mock.patch.object(_end, "LONGEST_PAUSE", shorter if is_small else _end.LONGEST_PAUSE),
    ):
        yield


@contextmanager
def _seeded(defect: Defect | None) -> Iterator[None]:
    """Nobody asks any more whether a message is still of use."""
    if defect is None:
        yield
        return

    def whenever(**given: Any) -> Any:
        with mock.patch.object(_claim, "_run", _run_late):
            return claim(**given)

    run_, claim = _claim._run, _claim.claim  # noqa: SLF001 - the guard to take away

    def _run_late(statement: str, given: dict[str, Any]) -> Any:
        return run_(statement.replace("AND not_after > %(at)s", ""), given)

    def nothing(*_: Any, at: datetime) -> int:
        del at
        return 0

    with (
        mock.patch.object(deliveries._courier, "claim", whenever),  # noqa: SLF001 - as above
        mock.patch.object(_sweep, "_drop_late", nothing),
    ):
        yield


def _until_drained(ground: Ground) -> float:
    begun = time.monotonic()
    while (gone := time.monotonic() - begun) <= DRAINED_WITHIN:
        with at_home(ground.town.code):
            if not Message.objects.filter(state__in=(State.PENDING, State.SENDING)).exists():
                return gone
        time.sleep(0.3)
    return gone


def _check(ground: Ground, findings: Findings, recipients: list[str], late: set[str]) -> None:
    taken = promises.accepted(ground)
    with at_home(ground.town.code):
        listed = {row.recipient for row in Message.objects.for_a_person()}
    sent = [one for one in late if taken[one]]
    silent = [one for one in recipients if not taken[one] and one not in listed]
    twice = sum(max(0, taken[one] - 1) for one in recipients)
    findings.must_reach("accepted", sum(1 for one in recipients if taken[one]), len(recipients) * 3 // 4, "messages")  # fmt: skip
    findings.must_be_none("sent_too_late", len(sent), "messages of no use any more")
    findings.must_be_none("silent", len(silent), "messages on nobody's list")
    findings.must_be_none("doubles", twice, "messages accepted again")


SCENARIO = Scenario("carrier_outage", run, (Defect("sent_too_late"),))
