"""What a municipality's residents wait for while their neighbour has its usual day, and a flood.

Both ask at a rate of their own whatever the answers take, as people do. With
`WAKU_SHARE_RUNNING=1000` it is measured without the guard: what the danger looks like.
"""

import asyncio
import json
import os
import subprocess
import sys
import time

from bench.client import Browser
from bench.figures import Figures, percentile
from bench.stage import Stage

USUAL = 8.0  # pages a second of each
TIMES = 10
PAGE = "/free/"
LEAD = 2.0
BAR = 1.2


async def asked(port: int, host: str, rate: float, seconds: float) -> tuple[list[float], int]:
    """Ask at this rate; what each answer took, and how many were sent away."""
    idle: list[Browser] = []
    waits: list[float] = []
    sent_away = 0

    async def one() -> None:
        nonlocal sent_away
        browser = idle.pop() if idle else Browser(port, host)
        begun = time.perf_counter()
        try:
            answer = await asyncio.wait_for(browser.get(PAGE), 30)
        except (OSError, EOFError, TimeoutError):
            browser.close()
            waits.append(time.perf_counter() - begun)
            return
        waits.append(time.perf_counter() - begun)
        sent_away += answer.status == 503
        idle.append(browser)

    begun, count = time.perf_counter(), int(rate * seconds)
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            group.create_task(one())
    for browser in idle:
        browser.close()
    return waits, sent_away


def measure(stage: Stage, figures: Figures) -> None:
    """Usual and flooded in turn, eight times each, so that the machine's moods are shared."""
    from bench import towns

    neighbour = towns.found("neighbour")
    seconds = stage.many(15, 3)
    port = stage.web()
    asyncio.run(asked(port, neighbour.host(), USUAL, 2))
    usual: list[float] = []
    flooded: list[float] = []
    away = there = 0
    for _turn in range(stage.many(8, 1)):
        waits, sent_away, _ = _beside(stage, neighbour.host(), USUAL, seconds)
        usual += waits
        there += sent_away
        waits, sent_away, flood = _beside(stage, neighbour.host(), USUAL * TIMES, seconds)
        flooded += waits
        there += sent_away
        away += flood["sent_away"]
    for name, found in (("usual", usual), ("flooded", flooded)):
        for share in (50, 95):
            wait = 1000 * percentile(sorted(found), share)
            figures.say(f"neighbour_p{share}_ms_{name}", wait, "ms")
    ratio = percentile(sorted(flooded), 95) / percentile(sorted(usual), 95)
    figures.say("neighbour_p95_ratio", ratio, f"flooded {TIMES} times / usual (bar {BAR})")
    figures.say("flood_sent_away", away, "pages of the flooded one, told to come again")
    figures.say("neighbour_sent_away", there, "pages of the neighbour")
    towns.close(neighbour)


def _beside(
    stage: Stage, host: str, rate: float, seconds: float
) -> tuple[list[float], int, dict[str, int]]:
    """The neighbour's waits beside the other at this rate."""
    words = (stage.web(), stage.host(), rate, seconds + 2 * LEAD)
    command = stage.command("bench.neighbours", *words)
    beside = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    time.sleep(LEAD)
    waits, sent_away = asyncio.run(asked(stage.web(), host, USUAL, seconds))
    said, _ = beside.communicate(timeout=180)
    return waits, sent_away, json.loads(said)


if __name__ == "__main__":
    os.nice(10)  # the crowd's telephones are not part of the machine that is measured
    given = sys.argv[1:]
    found = asyncio.run(asked(int(given[0]), given[1], float(given[2]), float(given[3])))
    sys.stdout.write(json.dumps({"asked": len(found[0]), "sent_away": found[1]}))
    sys.exit(os.EX_OK)
