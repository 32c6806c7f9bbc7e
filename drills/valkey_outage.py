"""R06: Valkey is gone for ten minutes and comes back; nobody is refused, messages go on leaving."""

import itertools
import time
import uuid

from bench.towns import at_home
from drills import log, outages, presses, promises
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from drills.valkey import lose_valkey, mend_valkey, until_announced
from notifications.models import Message
from notifications.models.message import State

SECONDS, SHORT = 600.0, 12.0
DRAINED_WITHIN = 300.0  # of the return
NOBODY = "nobody_stands_in"


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """People book all the while; each second something is promised, and leaves meanwhile."""
    is_small = ground.is_quick or defect is not None
    seconds, people, places = (SHORT, 120, 8) if is_small else (SECONDS, 1800, 120)
    ground.carrier()
    ground.announcer()
    if defect is None or defect.name != NOBODY:
        ground.turning("stand_in", "stand_in", "stand-in: ready.")
    _workers(ground)
    crowd = presses.gathered(ground, people=people, places=places)
    recipients = [f"+81709{number:07}" for number in range(people)]
    with at_home(ground.town.code) as at:
        promises.set_up_sender(per_second=50, at=at)
    given = iter(recipients)

    def promise() -> None:
        # As many as may be spread over the time, so that some are always new.
        few = list(itertools.islice(given, 1 + int(people / seconds / 2)))
        with at_home(ground.town.code) as at:
            promises.promise(few, at=at)

    lose_valkey(ground)
    begun, unanswered = time.monotonic(), ground.log.counts[log.INFO]
    p95 = outages.while_people_come(
        ground, crowd, first=0, until=people, seconds=seconds, meanwhile=promise
    )
    lasted = time.monotonic() - begun
    promised, carried = _carried(ground)
    findings.must_reach("seconds", lasted, seconds, "s without Valkey")
    findings.say("p95_ms", p95, "ms of a press meanwhile")
    gone = ground.log.counts[log.INFO] - unanswered
    findings.must_be_none("unanswered", gone, "presses")
    findings.say("promised_meanwhile", promised, "messages")
    findings.say("carried_meanwhile", carried, "messages")
    if carried < promised // 4:
        findings.broken.append(f"carried_meanwhile: {carried} of {promised} messages")
    mend_valkey(ground)
    _behind(ground, findings, recipients)
    presses.check(ground, findings, crowd)


def _behind(ground: Ground, findings: Findings, recipients: list[str]) -> None:
    """What was left to be done is done, once, soon after the return."""
    findings.say("board_behind_seconds", until_announced(ground), "s after the return")
    if (drained := _until_drained(ground)) > DRAINED_WITHIN:
        findings.broken.append(f"drained: {drained:.0f} s after the return")
    findings.say("drained_seconds", drained, "s after the return")
    taken = promises.accepted(ground)
    twice = sum(max(0, taken[one] - 1) for one in recipients)
    findings.must_be_none("doubles", twice, "messages accepted again")


def _workers(ground: Ground) -> None:
    """A worker and a beat, which can do nothing while their broker is gone."""
    name = uuid.uuid4().hex[:6]
    schedule = ground.keeper.folder / f"{name}.schedule"
    ground.celery("worker", "worker", "--loglevel", "INFO", "--hostname", f"{name}@here")
    ground.celery("beat", "beat", "--loglevel", "INFO", "--schedule", schedule)


def _carried(ground: Ground) -> tuple[int, int]:
    with at_home(ground.town.code):
        rows = list(Message.objects.values_list("state", flat=True))
    return len(rows), sum(state in promises.SAID for state in rows)


def _until_drained(ground: Ground) -> float:
    begun = time.monotonic()
    while (gone := time.monotonic() - begun) <= DRAINED_WITHIN:
        with at_home(ground.town.code):
            if not Message.objects.filter(state__in=(State.PENDING, State.SENDING)).exists():
                return gone
        time.sleep(0.3)
    return gone


SCENARIO = Scenario(
    "valkey_outage", run, (Defect(NOBODY), Defect("ring_or_fail", "drills.defects.ring_or_fail"))
)
