"""python -m config.leftovers RUN: prove that a test run left no process and no cluster behind.

A run marks itself with the environment variable WAKU_RUN (or WAKU_RUN_ALL): every process it
starts inherits the mark, and its temporary clusters carry it in their names. `--end` ends what is
found instead of failing.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from config.embedded import TEMPORARY

MARKS = ("WAKU_RUN", "WAKU_RUN_ALL")
PATIENCE = 10.0


def processes(run: str) -> dict[int, str]:
    """Living processes that carry the mark, with their command lines; not ourselves or above."""
    found = {}
    family = _ourselves_and_above()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            inherited = (entry / "environ").read_bytes().split(b"\0")
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        marked = any(f"{mark}={run}".encode() in inherited for mark in MARKS)
        if (marked or f"run-{run}-" in command) and command and int(entry.name) not in family:
            found[int(entry.name)] = command.strip()[:160]
    return found


def clusters(run: str) -> list[Path]:
    """Temporary clusters of this run that were not thrown away."""
    return sorted(TEMPORARY.glob(f"run-{run}-*"))


def _ourselves_and_above() -> set[int]:
    family, pid = set(), os.getpid()
    while pid > 1:
        family.add(pid)
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        pid = int(words[1])
    return family


def end(run: str) -> None:
    """End what the run left, politely first."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        found = processes(run)
        for pid in found:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + PATIENCE
        while processes(run) and time.monotonic() < deadline:
            time.sleep(0.1)


def main() -> int:
    """Say what is left; succeed when nothing is."""
    parser = argparse.ArgumentParser(prog="config.leftovers", description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--end", action="store_true")
    given = parser.parse_args()
    deadline = time.monotonic() + PATIENCE  # a server may still be saying goodbye
    while (left := processes(given.run)) and time.monotonic() < deadline:
        time.sleep(0.2)
    if given.end:
        end(given.run)
        return 0
    lines = [f"{pid} {command}" for pid, command in left.items()]
    lines += [str(folder) for folder in clusters(given.run)]
    if lines:
        sys.stdout.write("left behind by the tests (テストの後に残ったもの):\n")
        sys.stdout.write("".join(f"  {line}\n" for line in lines))
        return 1
    sys.stdout.write("nothing left behind: no process, no temporary cluster\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
