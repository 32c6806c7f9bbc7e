"""The waiting room (待合室): before Django, before sign-in, for residents only.

Nobody sees it while the load is small: whoever comes to sign in takes one step in Valkey and is
inside. Beyond the limits they wait on a prepared page. Free places, own reservations, staff and
carriers are never behind it; whoever is inside is never sent out of what they began.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.utils import timezone

from frontdoor import demand, line, pages, slips
from frontdoor.alone import Alone
from frontdoor.knowledge import Known, known
from frontdoor.limits import SENT_AWAY
from frontdoor.line import Asked, Turn
from frontdoor.measuring import Measuring
from frontdoor.slips import Slip
from frontdoor.waits import seconds_to_next_look
from shared.views import errors
from tenancy import municipalities
from tenancy.directory.models import Host, Municipality
from tenancy.entrances.http import host_name
from tenancy.entrances.shares import INSIDE

type Environment = dict[str, Any]
type Start = Callable[..., Any]
type Application = Callable[[Environment, Start], Iterable[bytes]]

log = logging.getLogger(__name__)
GATE, LOOK = "/sign-in/", "/sign-in/turn"
GATES = {GATE, "/together/"}  # who books for several people waits like everybody else
FURTHER = ("/choose/", "/contact/", "/confirm/", "/done/", "/together/")
SEEN_EVERY = 15.0  # seconds: so often is written down that somebody is inside
MOST_SEEN = 50_000
LANGUAGE = re.compile(r"(?:^|;\s*)__Host-lang=(ja|en)\b")


@dataclass(frozen=True)
class Visit:
    """One request at the door."""

    environ: Environment
    known: Known
    slip: Slip
    language: str
    why: str = ""

    @property
    def code(self) -> str:
        """Whose door it is."""
        return self.known.municipality.code

    @property
    def is_sending(self) -> bool:
        """Whether something was typed."""
        return bool(self.environ.get("REQUEST_METHOD") == "POST")

    @property
    def query(self) -> dict[str, list[str]]:
        """What stands behind the question mark."""
        return parse_qs(self.environ.get("QUERY_STRING", "")[:500])

    @property
    def place(self) -> str:
        """The place that was chosen before signing in."""
        found = self.query.get("place", [""])[0]
        return found if found.isascii() and found.isdigit() and len(found) < 20 else ""


class WaitingRoom:
    """A WSGI application in front of another."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.alone, self.measuring = Alone(), Measuring()
        self._seen: dict[str, float] = {}

    def __call__(self, environ: Environment, start_response: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        is_further = path.startswith(FURTHER) and path not in GATES
        is_behind = path in GATES or path == LOOK or is_further
        shows_slip = f"{slips.COOKIE}=" in environ.get("HTTP_COOKIE", "")
        municipality = _whose(environ) if is_behind or shows_slip else None
        if municipality is None or not is_behind:
            if municipality is not None:
                _say_inside(environ, municipality.code)
            return self.application(environ, start_response)
        facts = known(municipality, at=timezone.now())
        if facts.is_off:
            return self.application(environ, start_response)
        visit = _visit(environ, facts)
        if is_further:
            return self._further(visit, start_response)
        if path == LOOK:
            return self._look(visit, start_response)
        return self._gate(visit, start_response)

    def _gate(self, visit: Visit, start_response: Start) -> Iterable[bytes]:
        """Sign-in: go in, or wait."""
        turn = self._turn(visit, "enter")
        cookie = [("Set-Cookie", _cookie(turn, visit))] if turn.slip else []
        if turn.is_inside:
            is_new = visit.slip.kind != slips.ENTERED
            if not is_new and _age(visit, turn) < SEEN_EVERY:
                cookie = []
            return self._served(visit, start_response, cookie, entries=int(is_new))
        if visit.is_sending:
            start_response("303 See Other", [*cookie, ("Location", f"{GATE}?held=1"), *NOTHING])
            return [b""]
        language = visit.query.get("language", [""])[0]
        if language in {"ja", "en"}:
            visit = _visit(visit.environ, visit.known, language=language)
            cookie.append(("Set-Cookie", f"__Host-lang={language}; {slips.ATTRIBUTES}"))
        shape = pages.shape_of(turn, visit.known, is_held="held" in visit.query)
        made = pages.page(shape, visit.known, language=visit.language)
        body = made.filled(_facts(turn, visit))
        start_response("200 OK", [*made.headers, *cookie, ("Content-Length", str(len(body)))])
        return [b"" if visit.environ.get("REQUEST_METHOD") == "HEAD" else body]

    def _look(self, visit: Visit, start_response: Start) -> Iterable[bytes]:
        """What the open page asks for: where one stands now."""
        turn = self._turn(visit, "look")
        shape = pages.shape_of(turn, visit.known)
        body = pages.answer(shape, visit.known, language=visit.language, facts=_facts(turn, visit))
        cookie = [("Set-Cookie", _cookie(turn, visit))] if turn.slip else []
        kind = ("Content-Type", "application/json")
        start_response("200 OK", [kind, *PLAIN, *cookie, ("Content-Length", str(len(body)))])
        return [body]

    def _further(self, visit: Visit, start_response: Start) -> Iterable[bytes]:
        """Inside: nobody is sent away here, it is only written down that they are still there."""
        if visit.slip.kind == slips.ENTERED:
            now = time.monotonic()
            if self._seen.get(visit.slip.slip, 0.0) < now - SEEN_EVERY:
                if len(self._seen) > MOST_SEEN:
                    self._seen.clear()
                self._seen[visit.slip.slip] = now
                self._turn(visit, "touch")
        return self._served(visit, start_response, [], entries=0)

    def _turn(self, visit: Visit, act: str) -> Turn:
        facts, fresh = visit.known, slips.fresh()
        asked = Asked(act, visit.slip, _network(visit.environ))
        try:
            turn = line.step(
                asked, code=visit.code, fresh=fresh, limits=facts.limits, moment=facts.moment
            )
        except line.Lost:
            return self._alone(visit, act, fresh)
        self._count(visit, turn, fresh)
        return Turn(**{**vars(turn), "why": visit.why or turn.why})

    def _count(self, visit: Visit, turn: Turn, fresh: str) -> None:
        let_in = turn.is_inside and visit.slip.kind != slips.ENTERED
        found = {"came": int(turn.slip == fresh), "let_in": int(let_in)}
        if any(found.values()):
            demand.count(code=visit.code, channel="web", found=found, at=timezone.now())

    def _alone(self, visit: Visit, act: str, fresh: str) -> Turn:
        """Nobody knows who stands where: whoever is in goes on, a few a minute come in."""
        limits, slip = visit.known.limits, visit.slip
        is_in = slip.kind == slips.ENTERED
        if not is_in and act == "enter":
            is_in = self.alone.lets_in(visit.code, per_minute=limits.per_minute)
        state = "inside" if is_in else "alone"
        return Turn(state, slip.slip or fresh, slip.order, slip.seen, 0, 0, -1.0, 1.0, visit.why)

    def _served(
        self, visit: Visit, start_response: Start, cookies: list[tuple[str, str]], *, entries: int
    ) -> Iterable[bytes]:
        """The application's own answer; what it took is measured."""
        begun, effort, sent_away = time.perf_counter(), time.thread_time(), []
        if entries or visit.slip.kind == slips.ENTERED:
            visit.environ[INSIDE] = True

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if status.startswith("503"):
                sent_away.append(SENT_AWAY)
            return start_response(status, [*headers, *cookies], *more)

        try:
            return self.application(visit.environ, start)
        finally:
            self.measuring.add(
                visit.code, seconds=max([time.perf_counter() - begun, *sent_away]),
                effort=time.thread_time() - effort, entries=entries,
            )  # fmt: skip
            self.measuring.tell()


PLAIN = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
NOTHING = [*PLAIN, ("Content-Length", "0")]


def _say_inside(environ: Environment, code: str) -> None:
    """Whoever was let in is not sent away from other pages either, such as free places."""
    try:
        slip = slips.shown(environ.get("HTTP_COOKIE", ""), code=code)
    except slips.NotOurs:
        return
    if slip.kind == slips.ENTERED:
        environ[INSIDE] = True


def _whose(environ: Environment) -> Municipality | None:
    """Whose residents' site is asked; None for every other host."""
    name = host_name(environ.get("HTTP_HOST", "")) or "-"
    found = municipalities.kept_host(name)
    if found is None or found.kind != Host.Kind.RESIDENT:
        return None
    return None if found.municipality.stopped_at else found.municipality


def _visit(environ: Environment, facts: Known, *, language: str = "") -> Visit:
    cookies, why = environ.get("HTTP_COOKIE", ""), ""
    try:
        slip = slips.shown(cookies, code=facts.municipality.code)
    except slips.NotOurs:
        slip, why = slips.NOBODY, "forged"
        log.warning("a slip that is not ours", extra={"municipality": facts.municipality.code})
    if not language:
        named = LANGUAGE.search(cookies)
        accepted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        language = named.group(1) if named else _language_of(accepted[:200])
    return Visit(environ, facts, slip, language, why)


@lru_cache(maxsize=2_000)  # browsers say one of few things
def _language_of(accepted: str) -> str:
    return errors.language_of(accepted)


def _network(environ: Environment) -> str:
    if not settings.WAKU_DOOR_OF_NETWORK:
        return ""
    name = "HTTP_X_FORWARDED_FOR" if settings.WAKU_BEHIND_NGINX else "REMOTE_ADDR"
    try:
        return str(ip_address(str(environ.get(name, "")).strip()))
    except ValueError:
        return ""


def _cookie(turn: Turn, visit: Visit) -> str:
    kind = slips.ENTERED if turn.is_inside else slips.WAITING
    order = turn.order or (visit.slip.order if visit.slip.slip == turn.slip else "")
    return slips.written(Slip(turn.slip, kind, order, turn.seen), code=visit.code)


def _age(visit: Visit, turn: Turn) -> float:
    try:
        return float(turn.seen) - float(visit.slip.seen)
    except ValueError:
        return 0.0


def _facts(turn: Turn, visit: Visit) -> dict[str, str]:
    opens_in = 0.0
    if visit.known.opens_at is not None:
        opens_in = (visit.known.opens_at - timezone.now()).total_seconds()
    seconds = seconds_to_next_look(turn, opens_in=opens_in)
    return pages.facts_of(turn, seconds=seconds, place=visit.place)
