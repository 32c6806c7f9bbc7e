"""An opening morning: far more residents than can book, bots, operators, and a neighbour.

`make bench-opening`: 20,000 residents in 60 seconds, 20 operators, a second municipality beside.
They are watched for two minutes more; whoever has not come in by then still waits, in order.
"""

import asyncio
import itertools
import json
import random
import subprocess
import time
from typing import Any

from bench import crowd, flood, neighbours, picture, towns
from bench.client import Browser, all_at_once
from bench.consoles import Operator, signed_in
from bench.crowd import Person
from bench.figures import Figures, percentile
from bench.stage import Stage
from bench.towns import Town, at_home
from bench.used import Used
from frontdoor.models import DoorRules
from tenancy.permissions import Role
from venues.models import Slot

OPERATORS = 20
PAUSE = 4.0  # seconds an operator listens and types before a key
MOST_PAIRS = 1_500


def measure(stage: Stage, figures: Figures) -> None:
    """Calm, then the morning, side by side; then what the door alone can bear."""
    residents, arrive = stage.many(20_000, 100), stage.many(60, 4)
    watched, calm_for = stage.many(180, 12), stage.many(30, 2)
    stage.announcer()
    file = stage.servers.folder / "opening.json"
    with at_home(stage.town.code) as at:
        crowd.buckets(days=stage.many(40, 30), places=stage.many(400, 100), venues=stage.many(4, 1),
                      phone_share=50, at=at)  # fmt: skip
        callers = iter(crowd.people(stage.many(1000, 200), at=at))
        flood.written(crowd.people(stage.many(6000, 300), at=at), file)
        slots = list(Slot.objects.values_list("pk", flat=True))
        keys = [signed_in(Role.OPERATOR, at=at) for _ in range(stage.many(OPERATORS, 4))]
        _wait_at_the_door(per_minute=stage.many(0, 120) or None)
    beside = towns.found("beside")
    port = stage.web()
    picture.shown(stage)
    desk = [_operator(stage, key, callers, slots) for key in keys]
    asyncio.run(_side_by_side(stage, desk, beside, stage.many(3, 1)))  # everybody has opened a page
    calm = asyncio.run(_side_by_side(stage, desk, beside, calm_for))
    words = (port, stage.host(), file, residents, arrive, watched)
    used = Used.now(stage)
    coming = subprocess.Popen(
        stage.command("bench.opening_crowd", *words), env=stage.environment,
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    time.sleep(2)
    flooded = asyncio.run(_side_by_side(stage, desk, beside, watched - 4))
    told = json.loads(coming.communicate(timeout=watched + 240)[0])
    Used.now(stage).say(figures, since=used, crowd=told["cpu_seconds"])
    _say_the_crowd(figures, told, residents)
    _say_the_others(figures, calm, flooded)
    lost = [one for operator in desk for one in operator.lost]
    figures.must_be_none("opening_operator_calls_lost", len(lost), str(sorted(set(lost))))
    _bears(stage, figures)
    towns.close(beside)


def _wait_at_the_door(*, per_minute: int | None) -> None:
    values = {"mode": DoorRules.Mode.AUTO, "per_minute": per_minute}
    DoorRules.objects.update_or_create(pk=1, defaults=values)


def _operator(
    stage: Stage, key: str, callers: "itertools.chain[Person] | Any", slots: list[int]
) -> Operator:
    cookies = {"__Host-sid": key, "__Host-csrf": "0123456789abcdef" * 2}
    browser = Browser(stage.desk(), stage.host("staff"), cookies)
    choices = (random.choice(slots) for _ in itertools.count())
    return Operator(browser, callers, choices, pause=stage.many(1, 0) * PAUSE or 0.4)


async def _side_by_side(
    stage: Stage, desk: list[Operator], beside: Town, seconds: float
) -> tuple[list[float], list[float], int]:
    """What operators and the neighbour's residents wait for, at the same time."""
    for one in desk:
        one.waits = []
    until = time.perf_counter() + seconds
    asking = asyncio.create_task(
        neighbours.asked(stage.web(), beside.host(), neighbours.USUAL, seconds)
    )
    await asyncio.gather(*(one.work(until) for one in desk))
    waits, sent_away = await asking
    for one in desk:
        one.browser.close()
    return [wait for one in desk for wait in one.waits], waits, sent_away


def _say_the_crowd(figures: Figures, told: dict[str, Any], residents: int) -> None:
    figures.say("opening_residents", residents, "came; two of a hundred are bots")
    entered, booked = told["entered"], sorted(told["booked_at"])
    figures.say("opening_let_in", len(entered), "residents")
    figures.say("opening_crowd_late_seconds", told["late"], "s at worst: the crowd's own slowness")
    span = booked[-1] - booked[0] if len(booked) > 1 else 1.0
    figures.say("opening_bookings_per_second", len(booked) / span, "confirmed, both doses each")
    figures.latencies("opening_confirm", told["confirms"])
    figures.latencies("opening_door", told["looks"])
    figures.say("opening_door_requests", len(told["looks"]), "answers of the waiting room")
    figures.say("opening_tau", _tau(entered), "order of arrival and of entry (bar 0.9)")
    statuses = told["statuses"]
    for whose in ("inside", "waiting", "bots"):
        busy, rest = statuses.get(f"{whose} 503", 0), _faults(statuses, whose)
        figures.say(f"opening_{whose}_503", busy, "told to come again")
        figures.must_be_none(f"opening_{whose}_faults", rest, "answers of 5xx but 503")
    figures.say("opening_waiting_lost", statuses.get("waiting lost", 0), "requests unanswered")
    others = {word: count for word, count in told["outcomes"].items() if word != "booked"}
    figures.say("opening_journeys_lost", sum(others.values()), str(others))


def _faults(statuses: dict[str, int], whose: str) -> int:
    found = (count for word, count in statuses.items() if word.startswith(f"{whose} 5"))
    return sum(found) - statuses.get(f"{whose} 503", 0)


def _say_the_others(figures: Figures, calm: Any, flooded: Any) -> None:
    for name, place in (("operator", 0), ("neighbour", 1)):
        before, during = (percentile(sorted(found[place]), 95) for found in (calm, flooded))
        figures.say(f"opening_{name}_p95_ms_calm", 1000 * before, "ms")
        figures.say(f"opening_{name}_p95_ms", 1000 * during, "ms in the morning")
        figures.say(f"opening_{name}_p95_ratio", during / max(before, 0.0001), "(bar 1.2)")
    figures.say("opening_neighbour_sent_away", flooded[2], "pages")


def _tau(entered: list[int]) -> float:
    """Kendall's tau of arrival and entry, over so many of those who came in."""
    step = max(1, len(entered) // MOST_PAIRS)
    some = entered[::step]
    pairs = [1 if a < b else -1 for a, b in itertools.combinations(some, 2)]
    return sum(pairs) / len(pairs) if pairs else 1.0


def _bears(stage: Stage, figures: Figures) -> None:
    """How many looks a second the door alone answers: nobody is let in."""
    with at_home(stage.town.code):
        _wait_at_the_door(per_minute=0)
    time.sleep(3)  # the rules are kept for two seconds

    async def look(browser: Browser, _number: int) -> str:
        return str((await browser.get("/sign-in/turn")).status)

    async def come(browser: Browser, _number: int) -> str:
        return str((await browser.wearing({}).get("/sign-in/")).status)

    port, count = stage.web(), stage.many(6000, 60)
    pages = all_at_once(range(count // 3), come, port=port, host=stage.host(), wide=32)
    looks = all_at_once(range(count), look, port=port, host=stage.host(), wide=32)
    figures.say("waiting_pages_per_second", pages.per_second, "whole pages/s, without nginx")
    figures.say("waiting_looks_per_second", looks.per_second, "looks/s, without nginx")
