"""What the ward sees of the door: who waits, who is inside, and the limits in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontdoor import line, measuring
from frontdoor.limits import Automatic
from frontdoor.models import DoorRules, Gathering
from tenancy.current import current


@dataclass(frozen=True)
class Now:
    """The door at this moment; all nought where Valkey does not answer."""

    is_known: bool
    waiting: int = 0
    inside: int = 0
    pace: float = 0.0
    automatic: Automatic | None = None


@dataclass(frozen=True)
class GatheringLine:
    """One opening moment as the page lists it; its seed only once it has passed."""

    gathering: Gathering
    state: str  # planned, gathering, opened, cancelled
    seed: str


def now_of() -> Now:
    """The line as Valkey has it."""
    keys = line.keys_of(current().code)

    def ask() -> Any:
        with line.valkey().pipeline(transaction=False) as all_at_once:
            all_at_once.hmget(keys[5], "clock", "pace")
            all_at_once.zcard(keys[0])
            return all_at_once.execute()

    try:
        (clock, pace), waiting = line.said(ask)
        since = float(clock or 0) - 60
        inside = line.said(lambda: line.valkey().zcount(keys[3], since, "+inf"))
        automatic = measuring.automatic(current().code)
    except line.Lost:
        return Now(is_known=False)
    return Now(True, waiting, inside if clock else 0, max(0.0, float(pace or 0)), automatic)


def gathering_lines(found: Sequence[Gathering], *, at: datetime) -> list[GatheringLine]:
    """Every moment with its state."""
    return [_line(one, at) for one in found]


def _line(one: Gathering, at: datetime) -> GatheringLine:
    if one.cancelled_at:
        return GatheringLine(one, "cancelled", "")
    if one.opens_at <= at:
        return GatheringLine(one, "opened", one.seed)
    return GatheringLine(one, "gathering" if one.gathers_from <= at else "planned", "")


def is_off(rules: DoorRules) -> bool:
    """Whether nobody is ever made to wait."""
    return rules.mode == DoorRules.Mode.OFF
