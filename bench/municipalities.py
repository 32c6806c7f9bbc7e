"""Many municipalities in one house: what a request, a round of the clock and a process cost then.

`WAKU_BENCH_MUNICIPALITIES=1741` makes all of the country's; that takes some ten minutes.
"""

import itertools
import os
import time

import redis
from django.utils import timezone

from bench import crowd, picture
from bench.bookings import pressed
from bench.client import Browser, Load, all_at_once
from bench.crowd import Visitor
from bench.effort import children, cpu_seconds, family_seconds, memory_mb, memory_of, private_mb
from bench.figures import Figures
from bench.stage import Stage
from bench.towns import KINDS, at_home
from config.embedded import PostgresServer
from privacy import keys
from tenancy import codes, municipalities, schemas
from tenancy.current import serving
from tenancy.entrances.celery import in_turn, to_each

USUAL = 200
FIRST = 90_000  # no prefecture has these codes
BAR = 1.1


def measure(stage: Stage, figures: Figures) -> None:
    """Cost with one, make the others, cost with all."""
    count = int(os.environ.get("WAKU_BENCH_MUNICIPALITIES", stage.many(USUAL, 12)))
    presses, looks = stage.many(1500, 60), stage.many(2000, 40)
    waiting = _ready(stage, 2 * presses + 128)
    hosts = _made(1, figures, offset=0)
    _warm(stage, waiting[:64], hosts)
    alone = _press_cost(stage, waiting[64 : 64 + presses])
    page_alone = _page_cost(stage, hosts * looks)
    _memory(stage, figures, "with_one")
    hosts += _made(count - 1, figures, offset=1)
    _warm(stage, waiting[64 + presses : 128 + presses], hosts)
    among = _press_cost(stage, waiting[128 + presses :])
    page_same = _page_cost(stage, hosts[:1] * looks)
    page_among = _page_cost(stage, list(itertools.islice(itertools.cycle(hosts), 2 * looks)))
    figures.say("municipalities", count + 1, "municipalities")
    figures.say("request_cost_ms", 1000 * among, "ms of a core each, database included")
    figures.say("request_cost_ratio", among / alone, f"(bar {BAR}): presses with all / with one")
    figures.say("page_cost_ratio", page_same / page_alone, "first page, with all / with one")
    figures.say("spread_cost_ratio", page_among / page_alone, "first page, everybody's in turn")
    _memory(stage, figures, "with_all")
    _migrations(figures)
    _rounds(stage, figures)


def _migrations(figures: Figures) -> None:
    """What `municipality migrate` asks when everybody is new already."""
    begun = time.perf_counter()
    assert schemas.behind() == []
    figures.say("nothing_to_migrate_seconds", time.perf_counter() - begun, "s")


def _rounds(stage: Stage, figures: Figures) -> None:
    """Everybody's turn handed to a worker, and how long two of its processes are at it."""
    from config.celery import app
    from notifications.tasks import deliver_due

    begun = time.perf_counter()
    asked = to_each(deliver_due)
    figures.say("fan_out_everybody_seconds", time.perf_counter() - begun, "s, everybody at once")
    begun = time.perf_counter()
    asked += in_turn(deliver_due, every=5, within=60, at=timezone.now())
    figures.say("fan_out_turn_seconds", time.perf_counter() - begun, "s, one turn of five seconds")
    marks = {"worker": f"figures@{os.getpid()}", "beat": str(stage.servers.folder / "beat")}
    stage.background("worker", "--concurrency", 2, "--hostname", marks["worker"])
    stage.background("beat", "--schedule", marks["beat"])
    begun, queue = time.perf_counter(), redis.Redis.from_url(app.conf.broker_url)
    left = queue.llen("celery")
    while queue.llen("celery") and time.perf_counter() < begun + 600:
        time.sleep(0.1)
    took = time.perf_counter() - begun
    figures.say("tasks_per_second", left / took, f"tasks/s with nothing due; {asked} were asked")
    for name, mark in marks.items():
        figures.say(f"{name}_memory_mb", memory_of(mark)[0], "MB, its largest process")


def _ready(stage: Stage, count: int) -> list[Visitor]:
    with at_home(stage.town.code) as at:
        places = crowd.buckets(days=2, places=max(50, count // 40), at=at)
        found = places[0] + places[1]
        wanted = [{1: found[n % len(found)]} for n in range(count)]
        waiting = crowd.visitors(crowd.people(count, at=at), wanted, at=at)
    picture.shown(stage)
    return waiting


def _made(count: int, figures: Figures, *, offset: int) -> list[str]:
    hosts, took = [], []
    for number in range(offset, offset + count):
        begun = time.perf_counter()
        five = str(FIRST + number)
        code = five + codes.check_digit(five)
        names = {kind: f"{kind}.{five}.localhost" for kind in KINDS}
        made = schemas.create(code=code, name="見本市", name_en="Mihon", hosts=names)
        with serving(made):
            keys.create()
        took.append(time.perf_counter() - begun)
        hosts.append(names["resident"])
    if count > 20:
        figures.say("creation_first_seconds", sorted(took[:20])[10], "s, the first twenty")
        figures.say("creation_last_seconds", sorted(took[-20:])[10], "s, the last twenty")
        figures.say("creation_all_seconds", sum(took), "s")
    return hosts


def _warm(stage: Stage, visitors: list[Visitor], hosts: list[str]) -> None:
    municipalities.forget_kept()
    time.sleep(6)  # the web asks the directory again
    pressed(stage, visitors)
    _page_cost(stage, hosts * 2)


def _press_cost(stage: Stage, visitors: list[Visitor]) -> float:
    before = _used(stage)
    load = pressed(stage, visitors, wide=8)
    assert load.outcomes == {"granted": len(visitors)}, load.outcomes
    return (_used(stage) - before) / len(visitors)


def _page_cost(stage: Stage, hosts: list[str]) -> float:
    async def look(browser: Browser, host: str) -> str:
        browser.host = host
        return str((await browser.wearing({}).get("/")).status)

    before = _used(stage)
    load: Load = all_at_once(hosts, look, port=stage.web(), host="-", wide=8)
    assert set(load.outcomes) == {"200"}, load.outcomes
    return (_used(stage) - before) / len(hosts)


def _used(stage: Stage) -> float:
    return cpu_seconds(stage.web()) + family_seconds(_postmaster(stage))


def _postmaster(stage: Stage) -> int:
    server = stage.servers.postgres
    assert isinstance(server, PostgresServer)
    child = server._child  # noqa: SLF001 - its processes are measured
    assert child is not None
    return child.process.pid


def _memory(stage: Stage, figures: Figures, when: str) -> None:
    web = memory_mb(stage.web())
    figures.say(f"web_memory_{when}_mb", web[0], "MB, the largest web process")
    largest = max(private_mb(pid) for pid in children(_postmaster(stage)))
    figures.say(f"backend_memory_{when}_mb", largest, "MB, the largest database process")
