"""What both long outages share: people who come all the while, and how long each press took."""

import time
from collections.abc import Callable

from bench.figures import percentile
from drills import presses
from drills.ground import Ground
from drills.presses import Crowd

ROUND_SECONDS = 1.0  # so often a few of them press


def while_people_come(
    ground: Ground, crowd: Crowd, *, first: int, until: int, seconds: float,
    meanwhile: Callable[[], None] = lambda: None,
) -> float:  # fmt: skip
    """These of the crowd press twice each, spread over so many seconds; p95 of a press in ms."""
    jobs, begun, waits, given = crowd.visitors[first:until], time.monotonic(), list[float](), 0
    while (gone := time.monotonic() - begun) < seconds or given < len(jobs):
        due = min(len(jobs), 1 + int(len(jobs) * gone / seconds))
        if given < due:
            now = [one for one in jobs[given:due] for _ in range(2)]
            waits += presses.press(ground, now, wide=4).waits
            given = due
        meanwhile()
        time.sleep(min(ROUND_SECONDS, max(0.05, seconds - (time.monotonic() - begun))))
    return 1000 * percentile(sorted(waits), 95)
