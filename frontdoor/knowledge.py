"""Question: what the door must know of a municipality, read once and kept for two seconds.

The door stands before Django and asks the database for nothing else.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils.module_loading import import_string
from psycopg_pool import PoolTimeout

from frontdoor import door_rules, gatherings
from frontdoor.limits import Limits
from frontdoor.line import Moment
from frontdoor.models import DoorRules
from shared.masthead import Masthead
from tenancy import standings
from tenancy.current import serving
from tenancy.directory.models import Municipality
from tenancy.models import Standing
from venues import availability

log = logging.getLogger(__name__)
KEPT_SECONDS = 2.0


@dataclass(frozen=True)
class Known:
    """The rules of the door, the next opening moment, and whether anything is left."""

    municipality: Municipality
    mode: str
    limits: Limits
    moment: Moment | None
    opens_at: datetime | None
    seed_hash: str
    is_sold_out: bool
    standing: Standing
    until: float

    @property
    def is_off(self) -> bool:
        """Whether nobody is ever made to wait."""
        return self.mode == DoorRules.Mode.OFF

    @property
    def look(self) -> tuple[object, ...]:
        """What a prepared page says: while it is the same, so is the page."""
        words = self.standing
        return (
            self.municipality.name, words.stage, words.call_centre_number,
            words.call_centre_hours, words.call_centre_hours_en, words.programme, words.programme_en, self.opens_at, self.seed_hash,
        )  # fmt: skip


_kept: dict[str, Known] = {}
_lock = Lock()


def known(municipality: Municipality, *, at: datetime) -> Known:
    """What was read last, at most two seconds ago; one thread reads, the others go on."""
    code, now = municipality.code, time.monotonic()
    found = _kept.get(code)
    if found and (found.until > now or not _lock.acquire(blocking=False)):
        return found
    if not found:
        _lock.acquire()
    try:
        found = _kept.get(code)
        if not found or found.until <= time.monotonic():
            _kept[code] = found = _read(municipality, found, at=at)
    finally:
        _lock.release()
    return found


def forget_kept() -> None:
    """Drop what this process keeps: after a rule was changed here."""
    _kept.clear()


def _read(municipality: Municipality, before: Known | None, *, at: datetime) -> Known:
    try:
        return _asked(municipality, at=at)
    except (DatabaseError, InterfaceError, PoolTimeout):
        if before is None:
            raise
        log.warning("the rules of the door were not read")
        return replace(before, until=time.monotonic() + KEPT_SECONDS)


def _asked(municipality: Municipality, *, at: datetime) -> Known:
    with _asking(municipality):
        rules = door_rules.door_rules()
        gathering = gatherings.upcoming(at=at)
        moment = None
        if gathering is not None:
            moment = Moment(
                gathering.opens_at.timestamp(), gathering.gathers_from.timestamp(), gathering.seed
            )
        limits = Limits(rules.per_minute, rules.most_inside, settings.WAKU_DOOR_OF_NETWORK)
        return Known(
            municipality=municipality,
            mode=rules.mode,
            limits=limits,
            moment=moment,
            opens_at=gathering.opens_at if gathering else None,
            seed_hash=gathering.seed_hash if gathering else "",
            is_sold_out=_is_sold_out(at=at),
            standing=standings.shown(),
            until=time.monotonic() + KEPT_SECONDS,
        )


@contextmanager
def _asking(municipality: Municipality) -> Iterator[None]:
    """Connections are given back: no request of Django's ends here."""
    is_in_use = any(one.in_atomic_block for one in connections.all(initialized_only=True))
    try:
        with serving(municipality):
            yield
    finally:
        if not is_in_use:
            for connection in connections.all(initialized_only=True):
                connection.close()


def _is_sold_out(*, at: datetime) -> bool:
    """Whether nothing is free on the web and nothing will open by itself."""
    places = availability.free_places(at=at).places
    to_come = (place.bookable_from is not None and place.bookable_from > at for place in places)
    return bool(places) and not any(place.is_free for place in places) and not any(to_come)


def masthead(known_: Known) -> Masthead:
    """The top and the foot of a page, as every page of the residents has them."""
    made: Masthead = import_string(settings.WAKU_RESIDENTS_MASTHEAD)(
        municipality=known_.municipality, standing=known_.standing
    )
    return made
