"""Rules: what somebody who waits is told, and how soon they ask again (待ち時間の目安)."""

import secrets
from dataclasses import dataclass
from math import ceil
from typing import Final

from frontdoor.line import Turn

LONGEST_TOLD: Final = 120  # minutes: beyond it a number would help nobody
MARGIN: Final = 1.5  # how much longer it may take than it looks
SOONEST, LATEST = 5.0, 45.0  # seconds between two looks; after 60 nobody counts as here
LOOKS_A_SECOND: Final = 400.0  # of one municipality's whole line


@dataclass(frozen=True)
class Wait:
    """How long it will take, as far as is known."""

    kind: str  # soon, minutes, long, unknown, paused
    minutes: int = 0
    longest: int = 0


def wait_of(turn: Turn) -> Wait:
    """Minutes from the measured pace, never from a hope; with an upper bound."""
    if turn.per_minute <= 0:
        return Wait("paused")
    if turn.pace < 0:
        return Wait("unknown")
    minutes = ceil((turn.ahead + 1) / turn.pace) if turn.pace >= 0.1 else LONGEST_TOLD + 1
    if minutes > LONGEST_TOLD:
        return Wait("long")
    if minutes <= 1:
        return Wait("soon", 1, 2)
    return Wait("minutes", minutes, ceil(MARGIN * minutes) + 1)


def seconds_to_next_look(turn: Turn, *, opens_in: float = 0.0) -> int:
    """Sooner near the front, later in a long line; never all at the same moment."""
    if turn.state == "gathering":
        base = min(LATEST, max(SOONEST, opens_in))
    elif turn.pace > 0 and turn.ahead < turn.pace:
        base = SOONEST
    else:
        base = min(LATEST, max(SOONEST, turn.waiting / LOOKS_A_SECOND))
    jitter = secrets.randbelow(301) / 1000 - 0.15 if turn.state != "gathering" else _up_to_ten(base)
    return max(int(SOONEST) - 1, round(base * (1 + jitter)))


def _up_to_ten(base: float) -> float:
    """After an opening moment everybody asks within ten seconds, not within one."""
    return secrets.randbelow(10_001) / 1000 / base
