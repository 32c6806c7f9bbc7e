"""Rules: how many may come in, found from what the web processes measure (入場の上限).

What a visit costs the processors says how many visits a share of them can bear. How much work is on
its way at once (Little's law: seconds of all answers ÷ seconds that passed) says how full the
machine is really, whoever else uses it. The limit goes towards the aimed fullness in small steps,
because what a step does is seen only when those it let in have read their pages.
"""

from dataclasses import dataclass
from typing import Final

AIM: Final = 0.3  # of the processors' time for residents' pages
PAGES: Final = 12.0  # of a whole visit, until measured
FULLNESS: Final = 0.5  # aimed at: of the time somebody is being served on each processor
RISE, FALL = 0.12, 0.3  # how far towards it in five seconds: a visit takes three or four of these
LEAST, MOST = 0.1, 1.5  # of what the processors' time alone would allow
SENT_AWAY: Final = 6.0  # seconds: as slow as this counts an answer that asks to come again
FEWEST: Final = 20  # requests from which something may be concluded
SPAN: Final = 5  # seconds that are looked at together
MINUTES_INSIDE: Final = 3  # a visit takes about as long
SMOOTH: Final = 0.3
KEEPS: Final = 0.92  # of pages and entries counted before: those of about a minute weigh


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
    fullness: float = FULLNESS
    requests: float = PAGES * 100  # of about a minute, with the entries of the same
    entries: float = 100.0


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
    # Whoever comes in reads on for a while: pages and entries of five seconds are not of the same
    # people, and their ratio would swing against the limit that it makes.
    requests = KEEPS * before.requests + measured.requests
    entries = KEEPS * before.entries + measured.entries
    pages = max(4.0, min(40.0, requests / max(entries, 1.0)))
    fullness = _fullness(measured, processors=processors)
    factor = before.factor * (FULLNESS / fullness) ** (FALL if fullness > FULLNESS else RISE)
    factor = max(LEAST, min(MOST, factor))
    visits = AIM * processors / max(effort, 0.0005) / pages * factor
    per_minute = max(10.0, 60 * visits)
    return Automatic(
        per_minute, per_minute * MINUTES_INSIDE, factor, pages, effort, fullness, requests, entries
    )


def _fullness(measured: Measured, *, processors: int) -> float:
    """Between 0 and 1: a machine twice as full has far more than twice the work on its way."""
    on_its_way = measured.seconds / SPAN / processors
    return max(0.01, on_its_way / (1 + on_its_way))


def _towards(before: float, now: float) -> float:
    return now if before <= 0 else (1 - SMOOTH) * before + SMOOTH * now
