"""The residents' document of free places: asked for again and again, it costs no statement."""

import asyncio
import sys

from django.db import connections
from django.test.utils import CaptureQueriesContext

from bench import crowd, front
from bench.client import Browser, all_at_once
from bench.figures import Figures
from bench.stage import Stage
from bench.towns import at_home
from tenancy.current import current
from venues import availability

PATH = "/free-places.json"


async def look(browser: Browser, _number: int) -> str:
    """One look."""
    answer = await browser.get(PATH)
    return str(answer.status)


def measure(stage: Stage, figures: Figures) -> None:
    """With nginx in front and without, and the statements of a kept document."""
    stage.announcer()
    with at_home(stage.town.code) as at:
        crowd.buckets(days=14, places=10, at=at)
        availability.announce(at=at)
        availability.free_places_document(at=at)
        with CaptureQueriesContext(connections[current().database]) as seen:
            text, _ = availability.free_places_document(at=at)
    count = stage.many(10_000, 500)
    stage.alone()
    load = all_at_once(range(count), look, port=stage.web(), host=stage.host(), wide=32)
    figures.say("availability_without_nginx_per_second", load.per_second, "requests/s")
    with front.nginx(stage) as port:
        if port is None:
            sys.stderr.write("# nginx is not installed here: no figure behind it\n")
        else:
            rate = asyncio.run(
                front.answers_per_second(
                    port, stage.host(), PATH, count=stage.many(50_000, 2_000), wide=8
                )
            )
            figures.say("availability_per_second", rate, "requests/s behind nginx, TLS, gzip")
    figures.say("availability_bytes", len(text), "bytes")
    figures.must_be_none("availability_sql", len(seen.captured_queries), "statements")
