"""What an operator waits for, while the residents' site is calm and while it is flooded."""

import asyncio
import itertools
import random
import subprocess
import time
from collections.abc import Iterator

from bench import crowd, flood, picture
from bench.client import Browser
from bench.consoles import Operator, signed_in
from bench.crowd import Person
from bench.figures import Figures, percentile
from bench.stage import RESIDENTS, Stage
from bench.towns import at_home
from tenancy.permissions import Role
from venues.models import Slot

OPERATORS = 6
FLOOD, TRICKLE = 320, 32  # connections that never rest: ten times those of the other figures


def measure(stage: Stage, figures: Figures) -> None:
    """Calm and flooded in turn, twice each, so that the machine's own moods are shared fairly."""
    stage.announcer()
    shift = stage.many(25, 3)
    file = stage.servers.folder / "flood.json"
    with at_home(stage.town.code) as at:
        crowd.buckets(
            days=stage.many(40, 30), places=400, venues=stage.many(4, 1), phone_share=50, at=at
        )
        callers = iter(crowd.people(stage.many(1200, 200), at=at))
        flood.written(crowd.people(stage.many(2000, 200), at=at), file)
        slots = list(Slot.objects.values_list("pk", flat=True))
        keys = [signed_in(Role.OPERATOR, at=at) for _ in range(OPERATORS)]
    stage.web()
    picture.shown(stage)
    desk = [_operator(stage, key, callers, slots) for key in keys]
    _shift(desk, seconds=2)  # everybody has opened a page
    calm: list[float] = []
    flooded: list[float] = []
    answers: list[float] = []
    for _turn in range(stage.many(2, 1)):
        calm += _shift(desk, seconds=shift)
        with _flood(stage, file) as flooding:
            assert flooding.stdout is not None
            flooding.stdout.readline()  # every resident has been answered once
            flooded += _shift(desk, seconds=shift)
            answers.append(float(flooding.communicate(timeout=120)[0]))
    _say(figures, calm, flooded)
    figures.say("flood_answers_per_second", sum(answers) / len(answers), "pages of residents/s")
    lost = [words for one in desk for words in one.lost]
    figures.must_be_none("operator_calls_lost", len(lost), str(sorted(set(lost))))


def _say(figures: Figures, calm: list[float], flooded: list[float]) -> None:
    figures.say("operator_actions", len(calm) + len(flooded), "keys pressed")
    for name, waits in (("calm", calm), ("flooded", flooded)):
        for share in (50, 95, 99):
            wait = 1000 * percentile(sorted(waits), share)
            figures.say(f"operator_p{share}_ms_{name}", wait, "ms")


def _operator(stage: Stage, key: str, callers: Iterator[Person], slots: list[int]) -> Operator:
    cookies = {"__Host-sid": key, "__Host-csrf": "0123456789abcdef" * 2}
    browser = Browser(stage.desk(), stage.host("staff"), cookies)
    return Operator(browser, callers, (random.choice(slots) for _ in itertools.count()))


def _shift(desk: list[Operator], *, seconds: float) -> list[float]:
    """Everybody takes calls for so long; what they waited for."""

    async def everybody() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(one.work(until) for one in desk))
        for one in desk:
            one.browser.close()

    for one in desk:
        one.waits = []
    asyncio.run(everybody())
    return [wait for one in desk for wait in one.waits]


def _flood(stage: Stage, file: object) -> "subprocess.Popen[str]":
    width = stage.many(FLOOD, TRICKLE), stage.many(RESIDENTS, 0)
    return subprocess.Popen(
        stage.command("bench.flood", stage.web(), stage.host(), file, *width),
        env=stage.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
