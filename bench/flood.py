"""python -m bench.flood PORT HOST FILE WIDE SECONDS: residents without a pause, as many as may be.

In a process of its own and with the least right to the processor: a crowd's telephones are not part
of the machine that is measured.
"""

import asyncio
import itertools
import json
import os
import sys
import time
import uuid
from datetime import date
from pathlib import Path

import django

django.setup()

from bench import journeys  # noqa: E402 - models need ready apps
from bench.client import Browser  # noqa: E402 - as above
from bench.crowd import Person  # noqa: E402 - as above

PAGES = ("/", "/free-places.json", "/free/")


def written(persons: list[Person], file: Path) -> None:
    """Who floods, for the other process."""
    rows = [(str(one.id), one.voucher_number, one.born_on.isoformat(), one.name) for one in persons]
    file.write_text(json.dumps(rows))


def _read(file: Path) -> list[Person]:
    rows = json.loads(file.read_text())
    return [
        Person(uuid.UUID(pk), number, date.fromisoformat(d), name) for pk, number, d, name in rows
    ]


async def _resident(port: int, host: str, persons: "itertools.cycle[Person]", until: float) -> int:
    """Looks three times, then walks the whole way, and again."""
    browser, answers = Browser(port, host), 0
    while time.monotonic() < until:
        try:
            for page in PAGES:
                await browser.get(page)
                answers += 1
            await journeys.walk(browser, next(persons))
            answers += 11
        except (OSError, asyncio.IncompleteReadError):
            browser.close()
            await asyncio.sleep(0.1)
    browser.close()
    return answers


async def _everybody(port: int, host: str, persons: list[Person], wide: int, seconds: float) -> int:
    until, callers = time.monotonic() + seconds, itertools.cycle(persons)
    flood = (_resident(port, host, callers, until) for _ in range(wide))
    return sum(await asyncio.gather(*flood))


def main() -> int:
    """Flood so long, and say about how many answers came."""
    port, host, file, wide, seconds = sys.argv[1:]
    os.nice(19)
    begun = time.monotonic()
    answers = asyncio.run(_everybody(int(port), host, _read(Path(file)), int(wide), float(seconds)))
    sys.stdout.write(f"{answers / (time.monotonic() - begun)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
