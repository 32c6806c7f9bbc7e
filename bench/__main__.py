"""python -m bench [--quick] [names…]: measure, print, and fail only where a promise is broken."""

import argparse
import sys
import time
from collections.abc import Callable

from bench.figures import Figures
from bench.stage import Stage, standing_servers


def main() -> int:
    """Measure what was asked for, in the order of the table."""
    given = _arguments()
    figures = Figures()
    with standing_servers(is_quick=given.quick) as stage:
        for name, measure in _measures().items():
            if name not in (given.names or USUAL):
                continue
            begun = time.monotonic()
            measure(stage, figures)
            sys.stderr.write(f"# {name}: {time.monotonic() - begun:.0f} s\n")
        figures.end()
    for words in figures.broken:
        sys.stderr.write(f"BROKEN PROMISE: {words}\n")
    return 1 if figures.broken else 0


# Not the kills: they need the places of a town to themselves. `python -m bench kills` asks for them.
USUAL = (
    "municipality", "ceilings", "bookings", "hot_slot", "availability", "journeys", "lists",
    "roster", "reminders",
)  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="The figures of this house.")
    parser.add_argument("--quick", action="store_true", help="small counts: to see that it runs")
    parser.add_argument("names", nargs="*", help="groups; none means all but the kills")
    given = parser.parse_args()
    unknown = set(given.names) - set(_names())
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(_names())}")
    return given


def _names() -> tuple[str, ...]:
    return (
        "municipality", "ceilings", "bookings", "hot_slot", "availability", "journeys", "lists",
        "roster", "reminders", "kills",
    )  # fmt: skip


def _measures() -> dict[str, Callable[[Stage, Figures], None]]:
    # Imported now: models exist only once the stage has set Django up.
    from bench import (
        availability,
        bookings,
        ceilings,
        hot_slot,
        journeys,
        kills,
        lists,
        municipality,
        reminders,
        roster,
    )

    found = (
        municipality, ceilings, bookings, hot_slot, availability, journeys, lists, roster,
        reminders, kills,
    )  # fmt: skip
    return dict(zip(_names(), (one.measure for one in found), strict=True))


if __name__ == "__main__":
    sys.exit(main())
