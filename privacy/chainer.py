"""The chainer: links what the access logs of every municipality hold, round after round (連鎖係).

It needs PostgreSQL alone. A second one does no harm: they take turns by a lock.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from typing import Final

from django.db import Error, connections

from privacy import chain_links, log_anchors
from shared import pulse
from tenancy import municipalities
from tenancy.current import serving
from tenancy.directory.models import Municipality

log = logging.getLogger(__name__)

ROUND_SECONDS: Final = 2.0  # a line is linked within five seconds
ANCHOR_ROUND_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Rounds:
    """The same short work for each open municipality, again and again until asked to stop."""

    work: Callable[[datetime], object]
    clock: Callable[[], datetime]
    seconds: float = ROUND_SECONDS
    name: str = "links"

    def run(self, stop: Event) -> None:
        """Go round until asked to stop; what fails for one municipality is tried next round."""
        while not stop.is_set():
            for municipality in _open_ones():
                if stop.is_set():
                    break
                self._work_for(municipality)
            pulse.beat(self.name)
            stop.wait(self.seconds)
        _drop_connections()

    def _work_for(self, municipality: Municipality) -> None:
        try:
            with serving(municipality):
                self.work(self.clock())
        except Error:
            log.exception("not done", extra={"municipality": municipality.code})
            _drop_connections()


def run(stop: Event, *, clock: Callable[[], datetime]) -> None:
    """Link what waits; a second thread tells heads, so that a slow mail server holds up no link."""
    telling = Thread(target=anchoring(clock).run, args=[stop], name="anchors")
    telling.start()
    try:
        linking(clock).run(stop)
    finally:
        stop.set()
        telling.join()


def linking(clock: Callable[[], datetime]) -> Rounds:
    """Rounds that link what waits."""
    return Rounds(work=lambda at: chain_links.append(at=at), clock=clock)


def anchoring(clock: Callable[[], datetime]) -> Rounds:
    """Rounds that tell heads to the second places when it is time."""
    return Rounds(
        work=lambda at: log_anchors.tell_due(at=at),
        clock=clock,
        name="anchors",
        seconds=ANCHOR_ROUND_SECONDS,
    )


def _open_ones() -> list[Municipality]:
    try:
        return municipalities.all_open()
    except Error:
        log.exception("the directory was not read")
        _drop_connections()
        return []


def _drop_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
