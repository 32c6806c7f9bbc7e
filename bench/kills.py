"""Bookings through kills of PostgreSQL: what was acknowledged is there, what was not is pressed again."""

import asyncio
import os
import signal
import threading
import time

from django.db import connections

from bench import crowd, invariants
from bench.bookings import confirm
from bench.client import Browser, all_at_once
from bench.crowd import Visitor
from bench.figures import Figures
from bench.stage import Stage
from booking.models import Reservation
from config.embedded import PostgresServer

CUT = (OSError, asyncio.IncompleteReadError)


def measure(stage: Stage, figures: Figures) -> None:
    """Kill the server without warning while residents press, start it again, count what is left."""
    server = stage.servers.postgres
    if not isinstance(server, PostgresServer):
        return  # somebody else's server is not ours to kill
    count, kills = stage.many(3000, 300), stage.many(3, 1)
    with crowd.at_home() as at:
        first = crowd.buckets(days=2, places=max(50, count // 100), at=at)[0]
        persons = crowd.people(count, at=at)
        places = [{1: first[n % len(first)]} for n in range(count)]
        visitors = crowd.visitors(persons, places, at=at)
    told: dict[str, str] = {}
    stage.web()  # here: it ends with the thread that has started it
    pressing = threading.Thread(target=_press_all, args=(stage, visitors, told))
    pressing.start()
    _kill(server, kills, while_alive=pressing, told=told)
    pressing.join()
    _start_afresh()
    granted = [key for key, word in told.items() if word == "granted"]
    again = [one for one in visitors if told[one.request_key] != "granted"]
    figures.say("killed_while_pressing", len(again), "presses without an answer")
    figures.must_be_none("acknowledged_lost", len(granted) - _there(granted), "reservations")
    for _try in range(10):  # a pooled connection that died with the server answers 500 once
        waiting = [one for one in again if told[one.request_key] != "granted"]
        _press_all(stage, waiting, told)
    missing = count - _there([one.request_key for one in visitors])
    figures.must_be_none("lost_after_pressing_again", missing, "reservations")
    invariants.check(figures)


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
) -> None:
    """Each time after some presses were granted; the web server goes on and finds it again."""
    server.wanted_port = server.port
    for _ in range(kills):
        enough = len(told) + 60
        while while_alive.is_alive() and len(told) < enough:
            time.sleep(0.01)
        child = server._child  # noqa: SLF001 - its process is the one to kill
        assert child is not None
        os.kill(child.process.pid, signal.SIGKILL)
        server.stop()
        server.start()


def _start_afresh() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def _there(keys: list[str]) -> int:
    with crowd.at_home():
        return Reservation.objects.filter(request_key__in=keys, is_live=True).count()
