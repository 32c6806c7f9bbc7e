"""python -m bench [--quick] [names…]: measure, print, and fail only where a promise is broken."""

import argparse
import os
import subprocess
import sys
import time
from importlib import import_module

from bench.figures import Figures
from bench.stage import Stage, standing_servers

IN_A_HOUSE_OF_ITS_OWN = {"municipalities"}  # it copies the whole database, and fills it
GROUPS = (
    "municipality", "ceilings", "bookings", "hot_slot", "availability", "journeys", "kills",
    "lists", "roster", "prints", "reminders", "evidence", "operators", "board_events", "municipalities",
    "neighbours", "opening",
)  # fmt: skip


def main() -> int:
    """Measure what was asked for, in the order in which it was asked for."""
    given = _arguments()
    figures, names = Figures(), given.names or GROUPS
    with standing_servers(is_quick=given.quick) as stage:
        for name in names:
            if name in IN_A_HOUSE_OF_ITS_OWN and len(names) > 1:
                _elsewhere(name, figures, is_quick=given.quick)
            else:
                _one(name, stage, figures)
        figures.end()
    for words in figures.broken:
        sys.stderr.write(f"BROKEN PROMISE: {words}\n")
    return 1 if figures.broken else 0


def _one(name: str, stage: Stage, figures: Figures) -> None:
    """One group in a municipality of its own, and what must hold there afterwards."""
    # Imported now: models exist only once the stage has set Django up.
    invariants, towns = import_module("bench.invariants"), import_module("bench.towns")
    begun, busy = time.monotonic(), os.getloadavg()[0]
    stage.town = towns.found(name.replace("_", "-"))
    import_module(f"bench.{name}").measure(stage, figures)
    invariants.check(figures, code=stage.town.code)
    towns.close(stage.town)
    stage.others_left = time.monotonic()
    took = time.monotonic() - begun
    sys.stderr.write(f"# {name}: {took:.0f} s; load of the machine before it {busy:.1f}\n")


def _elsewhere(name: str, figures: Figures, *, is_quick: bool) -> None:
    """One group on servers of its own; its lines are ours."""
    words = [sys.executable, "-m", "bench", *(["--quick"] if is_quick else []), name]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as group:
        assert group.stdout is not None
        for line in group.stdout:
            figures.repeat(line)
    if group.returncode:
        figures.broken.append(f"{name}: see above")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="The figures of this house.")
    parser.add_argument("--quick", action="store_true", help="small counts: to see that it runs")
    parser.add_argument("names", nargs="*", help="groups in their order; none means all")
    given = parser.parse_args()
    unknown = set(given.names) - set(GROUPS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(GROUPS)}")
    return given


if __name__ == "__main__":
    sys.exit(main())
