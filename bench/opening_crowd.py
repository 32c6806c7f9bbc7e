"""python -m bench.opening_crowd PORT HOST FILE RESIDENTS ARRIVE SECONDS: an opening morning's crowd.

Open loop: residents come at their own rate whatever the answers take. Two of a hundred are bots that
ask without a pause and show forged slips. Everything ends after SECONDS, whoever still waits.
"""

import asyncio
import itertools
import json
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import django

django.setup()

from bench import journeys  # noqa: E402 - models need ready apps
from bench.client import Answer, Browser  # noqa: E402 - as above
from bench.crowd import Person  # noqa: E402 - as above
from bench.flood import read  # noqa: E402 - as above
from config.gives_way import give_way  # noqa: E402 - as above

BOTS = 50  # one of so many
THINKS = (0.3, 1.2)  # seconds over a page
NEXT = re.compile(rb'data-next="([0-9]+)"')
FORM = b'name="voucher"'
FORGED = {"__Host-slip": "AAAAAAAAAAAAAAAA.e.1.9999999999.0:forged"}


@dataclass
class Morning:
    """Everything that is noted of the crowd."""

    port: int
    host: str
    persons: list[Person]
    idle: list[Browser] = field(default_factory=list)
    entered: list[int] = field(default_factory=list)
    booked_at: list[float] = field(default_factory=list)
    confirms: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    late: float = 0.0  # how long after their own moment somebody came, at worst: the crowd's fault

    async def get(self, cookies: dict[str, str], path: str, *, whose: str) -> Answer:
        """One request on a line that is free; what came back is counted."""
        browser = self.idle.pop() if self.idle else Browser(self.port, self.host)
        begun = time.perf_counter()
        try:
            answer = await asyncio.wait_for(browser.wearing(cookies).get(path), 60)
        except (OSError, EOFError, TimeoutError):
            browser.close()
            self.statuses[f"{whose} lost"] += 1
            raise
        self.idle.append(browser)
        self.looks.append(time.perf_counter() - begun)
        self.statuses[f"{whose} {answer.status}"] += 1
        return answer


async def _resident(number: int, morning: Morning, persons: "itertools.cycle[Person]") -> None:
    cookies: dict[str, str] = {}
    answer = await morning.get(cookies, "/sign-in/", whose="waiting")
    while FORM not in answer.body:
        found = NEXT.search(answer.body)
        pause = float(found.group(1)) if found else 5.0
        state = ""
        while state not in {"called", "inside", "alone"}:
            await asyncio.sleep(pause)
            told = json.loads((await morning.get(cookies, "/sign-in/turn", whose="waiting")).body)
            state, pause = told["state"], float(told["next"])
        answer = await morning.get(cookies, "/sign-in/", whose="waiting")
    morning.entered.append(number)
    browser = _Thinking(morning.port, morning.host, cookies, morning=morning)
    try:
        outcome = await journeys.walk(browser, next(persons), cookies=cookies)
    finally:
        browser.close()
    morning.outcomes[outcome] += 1
    if outcome == "booked":
        morning.booked_at.append(time.perf_counter())


@dataclass
class _Thinking(Browser):
    """Somebody inside: thinks before each page; how long the confirm took is kept."""

    morning: Morning | None = None

    async def _ask(self, request: bytes) -> Answer:
        assert self.morning is not None
        await asyncio.sleep(random.uniform(*THINKS))
        begun = time.perf_counter()
        answer = await super()._ask(request)
        if request.startswith(b"POST /confirm/"):
            self.morning.confirms.append(time.perf_counter() - begun)
        self.morning.statuses[f"inside {answer.status}"] += 1
        return answer


async def _bot(morning: Morning) -> None:
    for turn in itertools.count():
        await morning.get(dict(FORGED) if turn % 2 else {}, "/sign-in/", whose="bots")
        await asyncio.sleep(2)


async def _quietly(work: "asyncio.Future[None] | object") -> None:
    try:
        await work  # type: ignore[misc]
    except (OSError, EOFError, TimeoutError, json.JSONDecodeError):
        return


async def crowd(morning: Morning, residents: int, arrive: float, seconds: float) -> float:
    """Everybody comes in `arrive` seconds; all is over after `seconds`. When it began."""
    begun, tasks = time.perf_counter(), []
    persons = itertools.cycle(morning.persons)
    for number in range(residents):
        early = begun + number * arrive / residents - time.perf_counter()
        morning.late = max(morning.late, -early)
        await asyncio.sleep(max(0.0, early))
        is_bot = number % BOTS == BOTS - 1
        work = _bot(morning) if is_bot else _resident(number, morning, persons)
        tasks.append(asyncio.create_task(_quietly(work)))
    await asyncio.sleep(max(0.0, begun + seconds - time.perf_counter()))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for browser in morning.idle:
        browser.close()
    return begun


def main() -> int:
    """Come, wait, book, and say what came of it."""
    port, host, file, residents, arrive, seconds = sys.argv[1:]
    give_way(19)  # a crowd's telephones are not part of the machine that is measured
    morning = Morning(int(port), host, read(Path(file)))
    begun = asyncio.run(crowd(morning, int(residents), float(arrive), float(seconds)))
    told = {
        "entered": morning.entered,
        "booked_at": [at - begun for at in morning.booked_at],
        "confirms": morning.confirms,
        "looks": sorted(morning.looks),
        "statuses": morning.statuses,
        "outcomes": morning.outcomes,
        "late": morning.late,
        "cpu_seconds": time.process_time(),
    }
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
