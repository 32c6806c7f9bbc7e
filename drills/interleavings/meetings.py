"""Two verbs that meet, at one statement of the first; and what both orders in turn would give."""

import itertools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.utils import timezone

from booking import invariants
from drills.interleavings.corner import Corner, Stock
from drills.interleavings.schedule import interleaved
from drills.interleavings.verbs import REFUSED, VERBS, Side
from drills.model.house import Listening

MOST_STOPS = 60


@dataclass(frozen=True)
class Meeting:
    """Which two verbs, and whether one person does both."""

    first: str
    second: str
    is_same: bool

    def __str__(self) -> str:
        return f"{self.first} × {self.second}{' of one person' if self.is_same else ''}"


@dataclass(frozen=True)
class Played:
    """What one meeting left."""

    faults: list[str]
    told: tuple[object, ...]  # outcomes, and what stands
    has_stopped: bool


def all_meetings() -> list[Meeting]:
    """Every ordered pair, of two people and of one."""
    pairs = itertools.product(VERBS, VERBS, (False, True))
    return [Meeting(*one) for one in pairs]


@contextmanager
def everything_heard() -> Iterator[None]:
    """What the house would only write into its log is a fault here."""
    log, ear = logging.getLogger("booking.waiting_list._offering"), Listening()
    log.addHandler(ear)
    try:
        yield
    finally:
        log.removeHandler(ear)


def play(
    stock: Stock, meeting: Meeting, *, stop: int, watcher: "psycopg.Connection[Any]",
    is_reversed: bool = False,
) -> Played | None:  # fmt: skip
    """One meeting in a new corner; None where nobody can be brought into that position."""
    corner = Corner(stock, at=timezone.now())
    rival = "a" if meeting.is_same else "b"
    try:
        first = VERBS[meeting.first](corner, Side("a", rival, is_first=True))
        second = VERBS[meeting.second](corner, Side(rival, "a", is_first=False))
        corner.settle()
    except REFUSED:
        corner.leave()
        return None
    acts = (second, first) if is_reversed else (first, second)
    pair = interleaved(*acts, stop=stop, refusals=REFUSED, watcher=watcher)
    outcomes = pair.outcomes[::-1] if is_reversed else pair.outcomes
    faults = [*pair.faults, *invariants.broken(), *corner.strays()]
    told = (outcomes, *corner.told())
    corner.leave()
    return Played(faults, told, pair.has_stopped)


def in_turn(stock: Stock, meeting: Meeting, watcher: "psycopg.Connection[Any]") -> list[Played]:
    """One after the other, both ways."""
    both = (play(stock, meeting, stop=0, watcher=watcher, is_reversed=one) for one in (False, True))
    return [one for one in both if one is not None]


def every_stop(
    stock: Stock, meeting: Meeting, watcher: "psycopg.Connection[Any]"
) -> Iterator[tuple[int, Played]]:
    """The meeting at each statement of the first, until there is none left."""
    for stop in range(1, MOST_STOPS):
        played = play(stock, meeting, stop=stop, watcher=watcher)
        if played is None or not played.has_stopped:
            return
        yield stop, played
