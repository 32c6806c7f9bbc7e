"""R07: workers and beats are killed and doubled in the middle of their rounds."""

import time
from datetime import timedelta

from django.utils import timezone

from bench.towns import at_home
from drills import promises
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from notifications import deliveries
from notifications.deliveries._courier import WIDEST
from notifications.deliveries._sweep import AT_ONCE
from notifications.models import Message
from notifications.models.message import State

WORKERS, BEATS = ("worker-1", "worker-2"), ("beat-1", "beat-2")
ROUND = (WORKERS[0], WORKERS[1], WORKERS[0], BEATS[0], WORKERS[1], BEATS[1])


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """Two workers and two beats carry; one of them dies again and again; the carrier counts."""
    is_small = ground.is_quick or defect is not None
    count, kills, pace = (240, 5, 20) if is_small else (3000, 30, 40)
    if defect is not None:
        count, kills, pace = 40, 1, 100
    ground.carrier()
    _start(ground, defect)
    recipients = [f"+81709{number:07}" for number in range(count)]
    with at_home(ground.town.code) as at:
        promises.set_up_sender(per_second=pace, at=at)
        promises.promise(recipients, at=at)
    landed = _kill_on_the_way(ground, count, kills, is_small=is_small)
    _until_carried(ground, 30.0 if defect else 300.0)
    for name in (*BEATS, *WORKERS):
        ground.keeper.end(name)
    with at_home(ground.town.code):
        # The sweep of some minutes later: whose courier died is unknown, and on a list.
        deliveries.sweep(at=timezone.now() + timedelta(minutes=3))
        unknown = Message.objects.filter(state=State.UNKNOWN).count()
        at = timezone.now()
        for _ in range(1 + unknown // AT_ONCE):  # and of some more, when the carrier is asked
            deliveries.sweep(at=at + timedelta(minutes=17))
        while deliveries.deliver_due(at=at + timedelta(minutes=18)):
            pass
    findings.say("unknown_at_first", unknown, "messages, all on a person's list until found out")
    findings.must_reach("landed", landed, 3 if is_small else 20, "kills")
    findings.must_be_none("unknown_beyond_kills", max(0, unknown - landed * WIDEST), "messages")
    promises.check(ground, findings, recipients)


def _start(ground: Ground, defect: Defect | None) -> None:
    app = defect.entrance if defect else "config.celery"
    for name in WORKERS:
        ground.celery(
            name, "worker", "--loglevel", "INFO", "--concurrency", 2, "--hostname", f"{name}@here",
            app=app,
        )  # fmt: skip
    for name in BEATS:
        schedule = ground.keeper.folder / f"{name}.schedule"
        ground.celery(name, "beat", "--loglevel", "INFO", "--schedule", schedule, app=app)


def _kill_on_the_way(ground: Ground, count: int, kills: int, *, is_small: bool) -> int:
    """Each time some more were carried; a kill counts while there is still something to carry."""
    landed, deadline = 0, time.monotonic() + (300 if is_small else 1800)
    for step in range(kills):
        due = count * (step + 1) // (kills + 2)
        while promises.asked(ground, "tally")["accepted"] < due:
            if time.monotonic() > deadline:
                return landed
            time.sleep(0.05)
        landed += ground.kill_process(ROUND[step % len(ROUND)])
    return landed


def _until_carried(ground: Ground, patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with at_home(ground.town.code):
            if not Message.objects.filter(state=State.PENDING).exists():
                time.sleep(1.0)  # what is under way comes back
                return
        time.sleep(0.3)


SCENARIO = Scenario("couriers", run, (Defect("send_then_mark", "drills.defects.send_then_mark"),))
