"""The clock's work for many municipalities, and the memory of every process with a few and with all."""

import time

import redis
from django.utils import timezone

from bench.effort import memory_of_family
from bench.figures import Figures
from bench.sides import Side
from bench.stage import Stage
from tenancy import municipalities
from tenancy.current import serving
from tenancy.directory.models import Municipality
from tenancy.entrances.celery import in_turn, to_each
from tenancy.models import Topic

A_WHILE = 20  # seconds in which a small house has had everybody's turn several times
PATIENCE = 900


def web_memory(side: Side, figures: Figures, when: str) -> None:
    """The residents' pages and the sessions they have."""
    web, session = side.memory()
    figures.say(f"web_memory_{when}_mb", web, "MB, the largest web process")
    figures.say(f"session_memory_{when}_mb", session, "MB, the largest session of the database")


def memory(stage: Stage, side: Side, figures: Figures, when: str) -> None:
    """Announcer, worker and beat of a small house, after a while."""
    begun = _begin(stage, side)
    time.sleep(stage.many(A_WHILE, 2))
    _end(stage, begun, figures, when)


def measure(stage: Stage, side: Side, figures: Figures) -> None:
    """Everybody's turn handed to a worker, how long its processes are at it; a round of pictures."""
    from config.celery import app
    from notifications.tasks import deliver_due

    begun = time.perf_counter()
    asked = to_each(deliver_due)
    figures.say("fan_out_everybody_seconds", time.perf_counter() - begun, "s, everybody at once")
    begun = time.perf_counter()
    asked += in_turn(deliver_due, every=5, within=60, at=timezone.now())
    figures.say("fan_out_turn_seconds", time.perf_counter() - begun, "s, one turn of five seconds")
    processes = _begin(stage, side, has_announcer=False)
    begun, queue = time.perf_counter(), redis.Redis.from_url(app.conf.broker_url)
    left = queue.llen("celery")
    while queue.llen("celery") and time.perf_counter() < begun + PATIENCE:
        time.sleep(0.1)
    took = time.perf_counter() - begun
    figures.say("tasks_per_second", left / took, f"tasks/s with nothing due; {asked} were asked")
    begun = time.perf_counter()
    processes["announcer"] = stage.announcer_beside("announcer-all", side.settings())
    last = municipalities.all_open()[-1]
    while not _is_announced(last) and time.perf_counter() < begun + PATIENCE:
        time.sleep(0.2)
    figures.say("announcer_round_seconds", time.perf_counter() - begun, "s until all are announced")
    _end(stage, processes, figures, "with_all")


def _is_announced(last: Municipality) -> bool:
    with serving(last):
        return Topic.objects.filter(name="places").exists()


def _begin(stage: Stage, side: Side, *, has_announcer: bool = True) -> dict[str, int]:
    schedule, given = stage.servers.folder / f"beat-{side.database}", side.settings()
    names = ("--hostname", f"figures-{side.database}@%h")
    found = {
        "worker": stage.background("worker", "--concurrency", 2, *names, settings=given),
        "beat": stage.background("beat", "--schedule", schedule, settings=given),
    }
    if has_announcer:
        found["announcer"] = stage.announcer_beside(f"announcer-{side.database}", given)
    return found


def _end(stage: Stage, processes: dict[str, int], figures: Figures, when: str) -> None:
    for name, pid in processes.items():
        held = memory_of_family(pid)
        figures.say(f"{name}_memory_{when}_mb", held, "MB, its largest process")
    for name in reversed(stage.supervisor.names()):
        if stage.supervisor.pid(name) in processes.values():
            stage.supervisor.end(name)
