"""Operators as a shift has them: signed in with their second factor, one call after the other."""

import asyncio
import base64
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from bench import crowd
from bench.client import Answer, Browser
from bench.crowd import Person
from privacy import second_factor
from tenancy.second_factor import mark_proved
from tenancy.session_store import SessionStore

PARTY = re.compile(r"party=([0-9a-f-]{36})")
KEY = re.compile(rb'name="request_key" value="([0-9a-f-]+)"')
PAUSE = 0.4  # six of them do then about what sixty people do


class Lost(Exception):
    """The call did not go on as it should."""


def signed_in(role: str, *, at: datetime) -> str:
    """The session of a new member of staff, as signing in leaves it; give its key."""
    person = crowd.staff(role)
    second_factor.keep(
        staff=person, secret=base64.b32encode(secrets.token_bytes(20)).decode(), at=at
    )
    request = HttpRequest()
    request.session = SessionStore()
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    mark_proved(request.session, person, at=at)
    request.session.save()
    assert request.session.session_key is not None
    return request.session.session_key


@dataclass
class Operator:
    """One console: what its operator waited for, action by action."""

    browser: Browser
    callers: Iterator[Person]
    slots: Iterator[int]
    waits: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    pause: float = PAUSE

    async def work(self, until: float) -> None:
        """Take calls until the shift is over."""
        while time.perf_counter() < until:
            try:
                await self._call(next(self.callers), next(self.slots))
            except Lost as lost:
                self.lost.append(str(lost))
                await self._act("calls/wrap-up/", {})
                await self._act("calls/end/", {"reason": "other", "outcome": "answered"})

    async def _call(self, caller: Person, slot: int) -> None:
        """Start, find, choose, book, wrap up, end: what is typed is what the voucher says."""
        await self._act("calls/start/", {"caller_number": ""})
        clues = {"number": caller.voucher_number, "notice_read": "on"}
        clues |= {"name": caller.name, "born_on": f"{caller.born_on:%Y%m%d}"}
        found = PARTY.search((await self._act("find/", clues)).location)
        if found is None:
            raise Lost("the caller was not found")
        party = found.group(1)
        await self._act(f"?party={party}&do=book&d=1")
        shown = await self._act(f"?party={party}&do=book&d=1&s1={slot}")
        key = KEY.search(shown.body)
        if key is None:
            raise Lost("nothing to read back")
        wish = {"party": party, "do": "book", "d": "1", "s1": str(slot)}
        told = await self._act(
            f"parties/{party}/claim/", wish | {"request_key": key.group(1).decode()}
        )
        if "do=told" not in told.location:
            raise Lost("not booked")
        await self._act("calls/wrap-up/", {})
        await self._act("calls/end/", {"reason": "book", "outcome": "claimed", "then": "ready"})

    async def _act(self, path: str, typed: dict[str, str] | None = None) -> Answer:
        """One key pressed, and the page that comes of it."""
        await asyncio.sleep(self.pause)
        begun = time.perf_counter()
        if typed is None:
            answer = await self.browser.get(f"/console/{path}")
        else:
            answer = await self.browser.post(f"/console/{path}", typed)
        page = await self.browser.get(answer.location) if answer.location else answer
        self.waits.append(time.perf_counter() - begun)
        if page.status != 200:
            raise Lost(f"status {page.status} of {path.partition('?')[0]}")
        return Answer(page.status, answer.location, page.cookies, page.body)
