"""The line at the door (列): one atomic step in Valkey for whoever comes, looks or goes on.

In Valkey are random numbers and moments only. Whoever is not seen for a minute holds up nobody;
their place is kept five minutes. `line.lua` is the whole of it.
"""

import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import redis
from django.conf import settings

from frontdoor.limits import START, Limits
from frontdoor.slips import Slip

STEP = (Path(__file__).parent / "line.lua").read_text("utf-8")
PARTS = ("line", "seen", "called", "inside", "entered", "state")
QUIET_SECONDS = 1.0  # nobody waits for a Valkey that has just not answered
LOT_BITS = 48
_lost = {"until": 0.0}


class Lost(Exception):
    """Valkey does not answer: nobody knows who stands where."""


@dataclass(frozen=True)
class Moment:
    """An opening moment people gather for, with the seed of its lot."""

    opens_at: float
    gathers_from: float
    seed: str


@dataclass(frozen=True)
class Asked:
    """Somebody at the door: what they do, what they show, from which network."""

    act: str  # enter, look, touch
    slip: Slip
    network: str = ""


@dataclass(frozen=True)
class Turn:
    """Where somebody stands."""

    state: str  # inside, called, waiting, gathering, crowded, nobody
    slip: str
    order: str
    seen: str
    ahead: int
    waiting: int
    pace: float  # people a minute as measured; below nought: not yet
    per_minute: float
    why: str  # used, expired: what was shown is worth nothing, and this is a new place

    @property
    def is_inside(self) -> bool:
        """Whether they may book."""
        return self.state == "inside"


def step(
    asked: Asked, *, code: str, fresh: str, limits: Limits, moment: Moment | None, now: str = ""
) -> Turn:
    """One step; raises Lost. The moment is Valkey's own, so that all processes have the same."""
    whole = limits.of_network if asked.network else 0
    arguments = [
        asked.act, asked.slip.slip, asked.slip.kind, asked.slip.order, asked.slip.seen, fresh,
        lot(moment, asked.slip.slip), lot(moment, fresh),
        _or_automatic(limits.most_inside), _or_automatic(limits.per_minute),
        moment.opens_at if moment else 0, moment.gathers_from if moment else 0,
        whole, now, START.per_minute, START.most_inside,
    ]  # fmt: skip
    keys = [*keys_of(code), f"waku:door:{{{code}}}:network:{asked.network}"]
    found = said(lambda: _script()(keys=keys, args=arguments, client=valkey()))
    return _turn(found)


def lot(moment: Moment | None, slip: str) -> int:
    """The number a slip draws: fixed by the seed, known to nobody before the seed is."""
    if moment is None or not slip:
        return 0
    drawn = hmac.new(moment.seed.encode(), slip.encode(), hashlib.sha256).hexdigest()
    return int(drawn[: LOT_BITS // 4], 16)


def keys_of(code: str) -> list[str]:
    """Everything kept about one municipality's line."""
    return [f"waku:door:{{{code}}}:{part}" for part in PARTS]


def said(ask: Any) -> Any:
    """What Valkey answers; raises Lost at once while it has just not answered."""
    if time.monotonic() < _lost["until"]:
        raise Lost
    try:
        return ask()
    except redis.RedisError as lost:
        _lost["until"] = time.monotonic() + QUIET_SECONDS
        raise Lost from lost


def forget_lost() -> None:
    """Ask again at once."""
    _lost["until"] = 0.0


@cache
def valkey() -> "redis.Redis":
    """This process's connections."""
    return redis.Redis.from_url(
        settings.WAKU_VALKEY_URL, socket_timeout=0.5, socket_connect_timeout=0.5
    )


@cache
def _script() -> Any:
    return valkey().register_script(STEP)


def _or_automatic(limit: int | None) -> int:
    return -1 if limit is None else limit


def _turn(found: Sequence[Any]) -> Turn:
    words = [one.decode() if isinstance(one, bytes) else str(one) for one in found]
    state, slip, order, seen, ahead, waiting, pace, per_minute, why = words
    return Turn(
        state, slip, order, seen, int(ahead), int(waiting), float(pace), float(per_minute), why
    )
