"""An event on the floor reaches two hundred open consoles: from the key pressed to each ring."""

import asyncio
import time
from collections.abc import Callable

from bench import crowd
from bench.client import Browser
from bench.consoles import signed_in
from bench.figures import Figures
from bench.sockets import Socket, opened
from bench.stage import Stage
from bench.towns import at_home
from tenancy import live
from tenancy.permissions import Role

CONSOLES = 200
EVENTS = 20
PATIENCE = 120.0
TOPIC = "board"
AT_ONCE = 20  # consoles that open together: a shift does not begin in one moment


def measure(stage: Stage, figures: Figures) -> None:
    """An operator turns ready and away again; every supervisor's board must hear each of it."""
    stage.announcer()
    with at_home(stage.town.code) as at:
        crowd.buckets(days=14, places=50, phone_share=40, at=at)
        live.announce(at=at)
        begun_at = live.sequences([TOPIC])[TOPIC]
        operator = signed_in(Role.OPERATOR, at=at)
        keys = [signed_in(Role.SUPERVISOR, at=at) for _ in range(stage.many(CONSOLES, 20))]
    rings = asyncio.run(_events(stage, operator, keys, begun_at))
    waits = sorted(wait for one in rings for wait in one)
    figures.say("board_consoles", len(keys), "sockets")
    figures.latencies("board_event", waits)
    figures.say("board_event_all_ms", 1000 * max(waits), "ms until the last console, at worst")
    missing = stage.many(EVENTS, 4) * len(keys) - len(waits)
    figures.must_be_none("board_events_missed", missing, "rings")


async def _events(stage: Stage, operator: str, keys: list[str], seq: int) -> list[list[float]]:
    """The waits of every console for every event."""
    port, host = stage.live(), stage.host("staff")
    cookies = {"__Host-sid": operator, "__Host-csrf": "0123456789abcdef" * 2}
    desk = Browser(stage.desk(), host, cookies)
    sockets: list[Socket] = []
    for begin in range(0, len(keys), AT_ONCE):
        some = keys[begin : begin + AT_ONCE]
        sockets += await asyncio.gather(*(opened(port, host, key) for key in some))
    async with asyncio.TaskGroup() as listening:
        ears = [listening.create_task(one.listen()) for one in sockets]
        for one in sockets:
            one.subscribe("board", "places")
        await _until(lambda: all(_newest(one) >= seq for one in sockets))
        waits = []
        for number in range(stage.many(EVENTS, 4)):
            waits.append(await _event(desk, sockets, number))
            await asyncio.sleep(1.0)  # nobody turns ready and away all the time
        for ear in ears:
            ear.cancel()
    desk.close()
    for one in sockets:
        one.writer.close()
    return waits


async def _event(desk: Browser, sockets: list[Socket], number: int) -> list[float]:
    """One key pressed at one console; how long each board waited for its ring."""
    before = max(_newest(one) for one in sockets)
    begun = time.perf_counter()
    await desk.post("/console/state/", {"then": "away" if number % 2 else "ready"})
    await _until(lambda: all(_newest(one) > before for one in sockets))
    rung = [min(at for (t, s), at in one.heard.items() if t == TOPIC and s > before)
            for one in sockets if _newest(one) > before]  # fmt: skip
    return [at - begun for at in rung]


def _newest(socket: Socket) -> int:
    return max((seq for topic, seq in socket.heard if topic == TOPIC), default=-1)


async def _until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so, or long enough."""
    deadline = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < deadline:  # noqa: ASYNC110 - many sockets, one watch
        await asyncio.sleep(0.02)
