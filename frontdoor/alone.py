"""Without Valkey: each process lets in a fixed number a minute, so that bookings go on (単独入場)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from django.conf import settings


@dataclass
class Alone:
    """One process's own count of whom it lets in, by municipality."""

    clock: Callable[[], float] = time.monotonic
    _lock: Lock = field(default_factory=Lock)
    _kept: dict[str, tuple[float, float]] = field(default_factory=dict)

    def lets_in(self, code: str, *, per_minute: int | None) -> bool:
        """Whether one more may come in now; the ward's own limit counts where it is lower."""
        fixed = settings.WAKU_DOOR_ALONE_PER_MINUTE
        a_minute = fixed if per_minute is None else min(fixed, per_minute)
        a_second, now = a_minute / 62, self.clock()
        most = max(1.0, 2 * a_second) if a_minute else 0.0
        with self._lock:
            tokens, since = self._kept.get(code, (most, now))
            tokens = min(most, tokens + (now - since) * a_second)
            is_let_in = tokens >= 1
            self._kept[code] = (tokens - is_let_in, now)
        return is_let_in
