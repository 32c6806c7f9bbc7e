"""A new municipality: role, schema, tables, grants and keys."""

import time

from bench.figures import Figures
from bench.stage import Stage
from privacy import keys
from tenancy import schemas, template_dump
from tenancy.current import serving


def measure(_stage: Stage, figures: Figures) -> None:
    """As the command makes one: with a fresh dump of the template."""
    template_dump._dump.cache_clear()  # noqa: SLF001 - the command is a new process each time
    begun = time.perf_counter()
    hosts = {kind: f"{kind}.third.localhost" for kind in ("resident", "staff", "hooks")}
    made = schemas.create(code="999971", name="三つ目の市", name_en="Third", hosts=hosts)
    with serving(made):
        keys.create()
    figures.say("new_municipality_seconds", time.perf_counter() - begun, "s")
