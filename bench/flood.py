"""python -m bench.flood PORT HOST FILE WIDE STEPS: residents without a pause, as many as may be.

In a process of its own that gives way: a crowd's telephones are not part of the machine that is
measured.
"""

import asyncio
import itertools
import json
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import django

django.setup()

from bench import journeys  # noqa: E402 - models need ready apps
from bench.client import Browser  # noqa: E402 - as above
from bench.crowd import Person  # noqa: E402 - as above
from config.gives_way import give_way  # noqa: E402 - as above

PAGES = ("/", "/free-places.json", "/free/")


def written(persons: list[Person], file: Path) -> None:
    """Who floods, for the other process."""
    rows = [(str(one.id), one.voucher_number, one.born_on.isoformat(), one.name) for one in persons]
    file.write_text(json.dumps(rows))


def read(file: Path) -> list[Person]:
    """Who comes, from the other process."""
    rows = json.loads(file.read_text())
    return [
        Person(uuid.UUID(pk), number, date.fromisoformat(d), name) for pk, number, d, name in rows
    ]


@dataclass
class Tide:
    """How high the flood stands: who has been answered at all, and how many answers came."""

    wide: int
    answered: int = 0
    answers: int = 0
    stands: asyncio.Event = field(default_factory=asyncio.Event)

    def first(self) -> None:
        """One more resident has had an answer."""
        self.answered += 1
        if self.answered == self.wide:
            self.stands.set()


async def _resident(browser: Browser, persons: Iterator[Person], tide: Tide) -> None:
    """Looks three times, then walks the whole way, and again without end."""
    is_new = True
    while True:
        try:
            for page in PAGES:
                await browser.get(page)
                tide.answers += 1
                if is_new:
                    tide.first()
                is_new = False
            await journeys.walk(browser, next(persons))
            tide.answers += journeys.PAGES
        except (OSError, asyncio.IncompleteReadError):
            browser.close()
            await asyncio.sleep(0.1)


async def _flood(port: int, host: str, persons: list[Person], wide: int) -> float:
    """Say when the flood stands; it ends with what is read; answers a second meanwhile."""
    tide, everybody = Tide(wide), itertools.cycle(persons)
    residents = [
        asyncio.create_task(_resident(Browser(port, host), everybody, tide)) for _ in range(wide)
    ]
    await tide.stands.wait()
    begun, before = time.monotonic(), tide.answers
    sys.stdout.write("stands\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    for one in residents:
        one.cancel()
    return (tide.answers - before) / (time.monotonic() - begun)


def main() -> int:
    """Flood until told to end, and say about how many answers came in a second."""
    port, host, file, wide, steps = sys.argv[1:]
    give_way(int(steps))
    per_second = asyncio.run(_flood(int(port), host, read(Path(file)), int(wide)))
    sys.stdout.write(f"{per_second}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
