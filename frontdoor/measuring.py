"""What residents' pages take in this process, told to the others every two seconds (計測)."""

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from django.conf import settings

from frontdoor import line
from frontdoor.limits import SPAN, START, Automatic, Measured, tuned

TOLD_EVERY = 2.0
NAMES = ("requests", "seconds", "effort", "entries")
STATE = 5  # of line.PARTS


@dataclass
class Measuring:
    """One process's own sums by municipality since it last told them."""

    clock: Callable[[], float] = time.monotonic
    _lock: Lock = field(default_factory=Lock)
    _sums: dict[str, list[float]] = field(default_factory=dict)
    _told_at: float = 0.0

    def add(self, code: str, *, seconds: float, effort: float, entries: int = 0) -> None:
        """One page was answered."""
        with self._lock:
            sums = self._sums.setdefault(code, [0.0] * len(NAMES))
            for place, value in enumerate((1.0, seconds, effort, float(entries))):
                sums[place] += value

    def tell(self) -> None:
        """Tell what was measured, at most every two seconds; a lost Valkey loses it."""
        if not settings.WAKU_DOOR_TUNES_ITSELF:
            return
        with self._lock:
            if self.clock() - self._told_at < TOLD_EVERY or not self._sums:
                return
            self._told_at, sums = self.clock(), self._sums
            self._sums = {}
        for code, values in sums.items():
            try:
                _told(code, dict(zip(NAMES, values, strict=True)))
                _tune(code)
            except line.Lost:
                return


def automatic(code: str) -> Automatic:
    """The limits found last; raises Lost."""
    found: dict[bytes, bytes] = line.said(lambda: line.valkey().hgetall(line.keys_of(code)[STATE]))
    names = asdict(START)
    return Automatic(
        **{name: float(found.get(f"auto_{name}".encode(), names[name])) for name in names}
    )


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


def _key(code: str, span: int) -> str:
    return f"waku:door:{{{code}}}:measured:{span}"


def _span() -> int:
    seconds: Any = line.said(lambda: line.valkey().time())
    return int(seconds[0]) // SPAN


def _told(code: str, sums: dict[str, float]) -> None:
    key = _key(code, _span())

    def tell() -> None:
        with line.valkey().pipeline(transaction=True) as all_at_once:
            for name, value in sums.items():
                all_at_once.hincrbyfloat(key, name, value)
            all_at_once.expire(key, 4 * SPAN)
            all_at_once.execute()

    line.said(tell)


def _tune(code: str) -> None:
    """One process of all draws the conclusion from the last span."""
    span = _span()
    mine = f"waku:door:{{{code}}}:tuned:{span}"
    if not line.said(lambda: line.valkey().set(mine, 1, nx=True, ex=4 * SPAN)):
        return
    found: Any = line.said(lambda: line.valkey().hmget(_key(code, span - 1), NAMES))
    measured = Measured(*(float(one or 0) for one in found))
    after = tuned(measured, automatic(code), processors=processors())
    values: dict[Any, Any] = {f"auto_{name}": value for name, value in asdict(after).items()}
    line.said(lambda: line.valkey().hset(line.keys_of(code)[STATE], mapping=values))
