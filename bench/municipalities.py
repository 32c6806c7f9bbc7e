"""Many municipalities in one house: what a request, a round of the clock and a process cost then.

`WAKU_BENCH_MUNICIPALITIES=1741` makes all of the country's; that takes about half an hour.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connections

from bench import crowd, migrations, rounds, sides
from bench.crowd import Visitor
from bench.effort import family_seconds
from bench.figures import Figures
from bench.request_cost import Presses, everybody_in_turn
from bench.stage import Stage
from bench.towns import KINDS, at_home
from privacy import keys
from tenancy import codes, municipalities, schemas
from tenancy.current import serving
from venues import availability

USUAL = 200
FIRST = 90_000  # no prefecture has these codes
AT_ONCE = 3
IDLE_SECONDS = 65  # the server looks for something to vacuum once a minute


def measure(stage: Stage, figures: Figures) -> None:
    """Two equal houses; the cost in both; then one is filled, and the cost again."""
    count = int(os.environ.get("WAKU_BENCH_MUNICIPALITIES", stage.many(USUAL, 12)))
    presses = Presses(turns=stage.many(10, 2), each=stage.many(200, 20))
    waiting = _ready(stage, presses.needed)
    hosts = _made(1, figures, offset=0)
    few, many = sides.copied(stage)
    sides.chores(stage, are_done=False)
    presses.measure(few, many, waiting, figures, "request_cost_control")
    rounds.memory(stage, few, figures, "with_few")
    sides.chores(stage, are_done=True)  # each new municipality leaves dead rows in the catalogue
    hosts += _made(count - 1, figures, offset=1)
    sides.chores(stage, are_done=False)
    figures.say("municipalities", count + 1, "municipalities")
    municipalities.forget_kept()
    time.sleep(6)  # the web asks the directory again
    presses.measure(few, many, waiting, figures, "request_cost")
    everybody_in_turn(stage, few, many, hosts, figures)
    rounds.web_memory(few, figures, "with_few")
    rounds.web_memory(many, figures, "with_all")
    sides.chores(stage, are_done=True)
    _idle(stage, figures)
    rounds.measure(stage, many, figures)
    migrations.measure(stage, figures)


def _ready(stage: Stage, count: int) -> list[Visitor]:
    with at_home(stage.town.code) as at:
        places = crowd.buckets(days=2, places=max(50, count // 40), at=at)
        found = places[0] + places[1]
        wanted = [{1: found[n % len(found)]} for n in range(count)]
        # They press after the many were made: their errands must not have ended by then.
        waiting = crowd.visitors(crowd.people(count, at=at), wanted, at=at + timedelta(hours=3))
        availability.announce(at=at)
    return waiting


def _made(count: int, figures: Figures, *, offset: int) -> list[str]:
    """As many as there are threads at a time: the command makes one, but all want to be waited for."""
    with ThreadPoolExecutor(AT_ONCE if count > 1 else 1) as threads:
        made = list(threads.map(_one, range(offset, offset + count)))
    hosts, took = [host for host, _ in made], [seconds for _, seconds in made]
    if count > 10:
        some = min(20, count // 2)
        for name, found in (("first", took[:some]), ("last", took[-some:])):
            words = f"s, the middle of the {name} {some}, {AT_ONCE} being made at once"
            figures.say(f"creation_{name}_seconds", sorted(found)[some // 2], words)
    return hosts


def _one(number: int) -> tuple[str, float]:
    begun, five = time.perf_counter(), str(FIRST + number)
    code = five + codes.check_digit(five)
    names = {kind: f"{kind}.{five}.localhost" for kind in KINDS}
    made = schemas.create(code=code, name="見本市", name_en="Mihon", hosts=names)
    with serving(made):
        keys.create()
    for connection in connections.all(initialized_only=True):
        connection.close()
    return names["resident"], time.perf_counter() - begun


def _idle(stage: Stage, figures: Figures) -> None:
    """What the database does when nobody asks: its own chores grow with the tables."""
    seconds, server = stage.many(IDLE_SECONDS, 2), sides.postmaster(stage)
    before = family_seconds(server)
    time.sleep(seconds)
    used = 1000 * (family_seconds(server) - before) / seconds
    figures.say("database_idle_ms", used, "ms of a core a second, autovacuum included")
