"""Presses by which places are passed on: cancel, hold and book, answer an offer's link."""

import asyncio
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from bench import crowd
from bench.client import Answer, Browser, Load, all_at_once
from bench.crowd import Visitor
from booking import errand
from booking.models import Reservation
from drills import log
from drills.ground import Ground
from drills.presses import CUT, PATIENCE, WIDE

CANCELLED = re.compile("取り消しました|取り消されています".encode())
NOTICE = re.compile(rb'class="notice[^>]*>\s*(?:<p>)?([^<]{1,200})')
REFUSED = {404, 409, 410, 422}


@dataclass(frozen=True)
class Press:
    """What somebody presses, under which key it is told of, in which session."""

    kind: str
    key: str
    steps: tuple[tuple[str, dict[str, str]], ...]  # the last one is the answer
    cookies: tuple[tuple[str, str], ...] = ()


def cancelling(reservation: Reservation, at: datetime) -> Press:
    """Somebody who may change their reservation cancels it."""
    person = crowd.Person(reservation.resident_id, "", at.date(), "")
    row, visitor = crowd.visitor(person, {}, at=at, level=errand.Level.B)
    row.save()
    form = {"shown": f"{reservation.pk}.{reservation.version}", "reason": ""}
    steps = ((f"/mine/{reservation.dose_number}/cancel/", form),)
    return Press("cancel", f"cancel {reservation.pk}", steps, tuple(visitor.cookies.items()))


def booking(visitor: Visitor) -> Press:
    """Somebody holds what they chose, and confirms it."""
    steps: tuple[tuple[str, dict[str, str]], ...] = (
        ("/confirm/keep/", {}),
        ("/confirm/", {"request_key": visitor.request_key}),
    )
    return Press("book", visitor.request_key, steps, tuple(visitor.cookies.items()))


def answering(offer: str, token: str) -> Press:
    """Somebody says yes by the link."""
    token_of = ("__Host-csrf", secrets.token_hex(16))
    return Press("answer", offer, ((f"/w/{token}/answer/", {"answer": "take"}),), (token_of,))


def press(ground: Ground, jobs: list[Press]) -> Load:
    """Everybody presses once; each try stands in the log."""

    async def one(browser: Browser, job: Press) -> str:
        number = ground.log.invoke(job.key)
        browser.wearing(dict(job.cookies))
        try:
            async with asyncio.timeout(PATIENCE):
                for path, form in job.steps:
                    answer = await browser.post(path, form)
                if job.kind == "cancel" and answer.status == 302:
                    answer = await browser.get(answer.location)  # which says what was done
        except (*CUT, TimeoutError) as cut:
            browser.close()
            await asyncio.sleep(0.3)
            ground.log.end(number, job.key, log.INFO, type(cut).__name__)
            return "cut"
        how = _how(job, answer)
        words = NOTICE.search(answer.body)
        told = words.group(1).decode(errors="replace") if words else answer.location
        ground.log.end(number, job.key, how, f"{answer.status} {told}")
        return how

    return all_at_once(jobs, one, port=ground.ports["web"], host=ground.host(), wide=WIDE)


def _how(job: Press, answer: Answer) -> str:
    if answer.status in REFUSED:
        return log.FAIL
    if job.kind == "answer":
        return log.OK if answer.status == 200 else log.INFO
    if job.kind == "cancel":
        return log.OK if CANCELLED.search(answer.body) else log.INFO
    if answer.status != 302:
        return log.INFO
    return log.OK if answer.location.endswith("/done/") else log.FAIL
