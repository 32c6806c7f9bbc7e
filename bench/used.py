"""Who has used the machine's processors: the crowd's own work is not the servers'."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench.effort import TICKS, cpu_seconds, family_seconds
from bench.figures import Figures
from bench.sides import postmaster
from bench.stage import Stage

IDLE = (3, 4)  # fields of the first line of /proc/stat: idle, waiting for a disk


@dataclass(frozen=True)
class Used:
    """Processor seconds by whom, until a moment."""

    at: float
    web: float
    database: float
    busy: float  # of the whole machine, whoever it was

    @classmethod
    def now(cls, stage: Stage) -> Self:
        """As the kernel counts them."""
        return cls(
            time.perf_counter(),
            cpu_seconds(stage.web()),
            family_seconds(postmaster(stage)),
            _busy(),
        )

    def say(self, figures: Figures, *, since: "Used", crowd: float) -> None:
        """Cores of each in this time; what is left is operators, neighbour, and other work."""
        seconds = max(self.at - since.at, 0.001)
        web, database = self.web - since.web, self.database - since.database
        whole = self.busy - since.busy
        share = whole / seconds / (os.cpu_count() or 1)
        figures.say("opening_busy_share", share, "of all processors, everybody's work together")
        figures.say("opening_cores_web", web / seconds, "cores: residents' web server")
        figures.say("opening_cores_database", database / seconds, "cores: PostgreSQL")
        figures.say("opening_cores_crowd", crowd / seconds, "cores: the crowd itself, no server")
        rest = whole - web - database - crowd
        figures.say("opening_cores_rest", rest / seconds, "cores: desk, Valkey, other work")


def _busy() -> float:
    words = Path("/proc/stat").read_text("utf-8").splitlines()[0].split()[1:9]
    counted = [int(word) for word in words]
    return (sum(counted) - sum(counted[place] for place in IDLE)) / TICKS
