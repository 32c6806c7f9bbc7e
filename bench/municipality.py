"""A new municipality: role, schema, tables, grants and keys."""

import time

from bench import towns
from bench.figures import Figures
from bench.stage import Stage
from tenancy import template_dump


def measure(_stage: Stage, figures: Figures) -> None:
    """As the command makes one: with a fresh dump of the template."""
    template_dump._dump.cache_clear()  # noqa: SLF001 - the command is a new process each time
    begun = time.perf_counter()
    made = towns.found("fresh")
    figures.say("new_municipality_seconds", time.perf_counter() - begun, "s")
    towns.close(made)
