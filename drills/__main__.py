"""python -m drills [--quick] [--no-defects] [scenarios…]: lose things, check, and say what held."""

import argparse
import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

from bench.figures import Figures
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground, standing_ground
from drills.log import Log
from drills.small_disks import small_disk

SCENARIOS = (
    "model", "interleavings", "kills", "offers", "network", "valkey", "couriers", "carrier", "disk",
    "valkey_outage", "carrier_outage",
)  # fmt: skip
SMALL_MB = 900
CHANCES = 3  # a race may miss once; a defect that is missed three times is not caught
LOGS = Path(__file__).parents[1] / ".waku" / "drills"


def main() -> int:
    """Run what was asked for; the exit says whether everything held and every defect was caught."""
    given = _arguments()
    figures, wrong = Figures(), list[str]()
    names = list(given.names or SCENARIOS)
    if "disk" in names and given.on is None:
        names.remove("disk")
        wrong += _on_a_small_disk(given, figures)
    if names:
        with standing_ground(is_quick=given.quick, log_folder=LOGS, on=given.on) as ground:
            ground.part = given.part
            for name in names:
                wrong += _scenario(name, ground, figures, with_defects=not given.no_defects)
    for words in wrong:
        sys.stderr.write(f"DRILL FAILED: {words}\n")
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="drills", description="What is lost when things die.")
    parser.add_argument("--quick", action="store_true", help="small counts")
    parser.add_argument("--no-defects", action="store_true", help="leave the seeded defects out")
    parser.add_argument("--on", type=Path, help="a folder for the servers, on a disk of its own")
    parser.add_argument(
        "--part", type=_part, default=(1, 1), help="3/8: an eighth of all meetings; parts add up"
    )
    parser.add_argument("names", nargs="*", help=f"of {', '.join(SCENARIOS)}; none means all")
    given = parser.parse_args()
    if unknown := set(given.names) - set(SCENARIOS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return given


def _part(said: str) -> tuple[int, int]:
    """Which part of how many."""
    number, of = (int(one) for one in said.split("/"))
    if not 1 <= number <= of:
        raise ValueError(said)
    return number, of


def _on_a_small_disk(given: argparse.Namespace, figures: Figures) -> list[str]:
    """The full disk needs servers on a small one, and so a process of its own."""
    with small_disk(LOGS, size_mb=SMALL_MB) as folder:
        figures.say("disk_skipped", folder is None, "(only root may mount a small disk)")
        if folder is None:
            return []
        options = [name for name in ("quick", "no_defects") if getattr(given, name)]
        line = [sys.executable, "-m", "drills", "--on", str(folder), "disk"]
        line += [f"--{name.replace('_', '-')}" for name in options]
        done = subprocess.run(line, check=False)
    return ["disk: see above"] if done.returncode else []


def _scenario(name: str, ground: Ground, figures: Figures, *, with_defects: bool) -> list[str]:
    """The house as it is, then each defect; what was wrong with either."""
    # Imported now: models exist only once the ground has set Django up.
    scenario: Scenario = import_module(f"drills.{name}").SCENARIO
    found = _run(scenario, ground, Findings(name, figures), None)
    wrong = [f"{name}: {words}" for words in (*found.broken, *found.too_few)]
    for defect in scenario.defects if with_defects else ():
        caught = _caught(scenario, ground, defect)
        figures.say(f"{name}_catches_{defect.name}", bool(caught), f"({'; '.join(caught[:2])})")
        if not caught:
            wrong.append(f"{name}: the defect {defect.name} was not caught")
    return wrong


def _caught(scenario: Scenario, ground: Ground, defect: Defect) -> list[str]:
    for _ in range(CHANCES):
        found = _run(scenario, ground, Findings(scenario.name, None), defect)
        if found.broken:
            return found.broken
    return []


def _run(scenario: Scenario, ground: Ground, findings: Findings, defect: Defect | None) -> Findings:
    """One run in a municipality of its own, with a log of its own."""
    towns = import_module("bench.towns")
    begun, busy = time.monotonic(), os.getloadavg()[0]
    label = f"{scenario.name}-{defect.name if defect else 'house'}".replace("_", "-")
    ground.town = towns.found(f"{label}-{time.time_ns() % 10**6}")
    ground.entrance = defect.entrance if defect and defect.entrance else "config.wsgi"
    ground.log = Log(LOGS / f"{time.strftime('%Y%m%d-%H%M%S')}-{label}.jsonl")
    try:
        scenario.run(ground, findings, defect)
    finally:
        ground.keeper.end_all()
        ground.more.clear()
        ground.log.close()
    towns.close(ground.town)
    took = time.monotonic() - begun
    sys.stderr.write(f"# {label}: {took:.0f} s; load before it {busy:.1f}; {ground.log.path}\n")
    return findings


if __name__ == "__main__":
    sys.exit(main())
