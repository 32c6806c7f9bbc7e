"""Bookings through kills of PostgreSQL: what was acknowledged is there, what was not is pressed again."""

import asyncio
import os
import signal
import threading
import time
from collections import Counter

from bench import crowd, picture
from bench.bookings import confirm
from bench.client import Browser, all_at_once
from bench.crowd import Visitor
from bench.figures import Figures
from bench.stage import Stage
from bench.towns import at_home
from booking.models import Reservation
from config.embedded import PostgresServer

CUT = (OSError, asyncio.IncompleteReadError)


def measure(stage: Stage, figures: Figures) -> None:
    """Kill the server without warning while residents press, start it again, count what is left."""
    server = stage.servers.postgres
    if not isinstance(server, PostgresServer):
        return  # somebody else's server is not ours to kill
    stage.announcer()
    visitors = _visitors(stage)
    picture.shown(stage)
    told: dict[str, str] = {}
    pressing = threading.Thread(target=_press_all, args=(stage, visitors, told))
    pressing.start()
    landed = _kill(server, stage.many(3, 1), while_alive=pressing, told=told)
    pressing.join()
    figures.say("kills_landed", landed, "kills of PostgreSQL; `make drill` has many more")
    granted, again = _told(told, visitors)
    figures.say("killed_while_pressing", len(again), f"presses without a place: {_words(told)}")
    figures.must_be_none("acknowledged_lost", len(granted) - _there(stage, granted), "reservations")
    # The server is back: whoever presses again is served at once, by whichever process.
    _press_all(stage, again, told)
    granted, in_vain = _told(told, visitors)
    figures.must_be_none("pressed_again_in_vain", len(in_vain), f"presses: {_words(told)}")
    missing = len(visitors) - _there(stage, [one.request_key for one in visitors])
    figures.must_be_none("lost_after_pressing_again", missing, "reservations")


def _visitors(stage: Stage) -> list[Visitor]:
    count = stage.many(3000, 300)
    with at_home(stage.town.code) as at:
        first = crowd.buckets(days=2, places=max(50, count // 100), at=at)[0]
        places = [{1: first[n % len(first)]} for n in range(count)]
        return crowd.visitors(crowd.people(count, at=at), places, at=at)


def _told(told: dict[str, str], visitors: list[Visitor]) -> tuple[list[str], list[Visitor]]:
    granted = [key for key, word in told.items() if word == "granted"]
    return granted, [one for one in visitors if told[one.request_key] != "granted"]


def _words(told: dict[str, str]) -> dict[str, int]:
    return dict(Counter(told.values()))


def _press_all(stage: Stage, visitors: list[Visitor], told: dict[str, str]) -> None:
    async def press(browser: Browser, visitor: Visitor) -> str:
        try:
            word = await confirm(browser, visitor)
        except CUT:
            browser.close()
            word = "cut"
        told[visitor.request_key] = word
        return word

    all_at_once(visitors, press, port=stage.web(), host=stage.host(), wide=16)


def _kill(
    server: PostgresServer, kills: int, *, while_alive: threading.Thread, told: dict[str, str]
) -> int:
    """Each time after some presses were granted; the web server goes on and finds it again."""
    server.wanted_port, landed = server.port, 0
    for _ in range(kills):
        enough = len(told) + 60
        while while_alive.is_alive() and len(told) < enough:
            time.sleep(0.01)
        child = server._child  # noqa: SLF001 - its process is the one to kill
        assert child is not None
        landed += while_alive.is_alive()
        os.kill(child.process.pid, signal.SIGKILL)
        server.stop()
        server.start()
    return landed


def _there(stage: Stage, keys: list[str]) -> int:
    with at_home(stage.town.code):
        return Reservation.objects.filter(request_key__in=keys, is_live=True).count()
