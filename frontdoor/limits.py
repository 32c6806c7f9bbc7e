"""Rules: how many may come in, found from what the web processes measure (入場の上限).

The load that is aimed at is half of what the machine could do: the other half belongs to the
database, to operators and to neighbours. Answers that become slow lower it further.
"""

from dataclasses import dataclass
from typing import Final

AIM: Final = 0.3  # of the processors' time for residents' pages
PAGES: Final = 12.0  # of a whole visit, until measured
TOO_SLOW, SLOW, FAST = 0.8, 0.2, 0.08  # seconds a page takes, and what follows from it
LEAST, MOST = 0.1, 1.5  # of what the processors' time alone would allow
SENT_AWAY: Final = 6.0  # seconds: as slow as this counts an answer that asks to come again
FEWEST: Final = 20  # requests from which something may be concluded
MINUTES_INSIDE: Final = 3  # a visit takes about as long
SMOOTH: Final = 0.3


@dataclass(frozen=True)
class Limits:
    """The ward's own limits; None where they are found automatically."""

    per_minute: int | None = None
    most_inside: int | None = None
    of_network: int = 0


@dataclass(frozen=True)
class Automatic:
    """Limits found from measurements, and what they were found from."""

    per_minute: float
    most_inside: float
    factor: float = 0.5  # the first minute is careful
    pages: float = PAGES
    effort: float = 0.0  # processor seconds a page


START: Final = Automatic(per_minute=300, most_inside=300 * MINUTES_INSIDE)


@dataclass(frozen=True)
class Measured:
    """What residents' pages took within a few seconds, over all processes."""

    requests: float
    seconds: float
    effort: float  # processor seconds
    entries: float


def tuned(measured: Measured, before: Automatic, *, processors: int) -> Automatic:
    """The next limits; as before where too little was measured."""
    if measured.requests < FEWEST:
        return before
    effort = _towards(before.effort, measured.effort / measured.requests)
    pages = before.pages
    if measured.entries >= FEWEST:
        pages = max(4.0, min(40.0, _towards(pages, measured.requests / measured.entries)))
    took = measured.seconds / measured.requests
    change = 0.6 if took > TOO_SLOW else 0.85 if took > SLOW else 1.08 if took < FAST else 1.0
    factor = max(LEAST, min(MOST, before.factor * change))
    visits = AIM * processors / max(effort, 0.0005) / pages * factor
    per_minute = max(10.0, 60 * visits)
    return Automatic(per_minute, per_minute * MINUTES_INSIDE, factor, pages, effort)


def _towards(before: float, now: float) -> float:
    return now if before <= 0 else (1 - SMOOTH) * before + SMOOTH * now
