"""Operators who book by telephone while processes die: what is typed is typed until it is answered."""

import asyncio
import re
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import crowd
from bench.client import Answer, Browser
from bench.consoles import PARTY, signed_in
from bench.crowd import Person
from bench.towns import at_home
from drills import log
from drills.findings import Findings
from drills.ground import Ground
from drills.presses import CUT, PATIENCE
from tenancy.permissions import Role

AGAIN = re.compile(rb'name="request_key" value="([0-9a-f-]+)"')
PAUSE = 0.2
MOST_TRIES = 200  # of one key press: some minutes
UNANSWERED = 500
CALLS = 50  # of one operator: nobody may look up more than sixty people an hour (T06)
RELIEFS = 8  # operators who come after one another at the same desk


@dataclass
class Shift:
    """Some operators, and what came of their callers."""

    callers: Iterator[Person]
    slots: list[int]
    claims: set[str] = field(default_factory=set)
    sent_again: int = 0
    pages_without_a_form: int = 0
    faults: list[str] = field(default_factory=list)
    is_over: bool = False
    thread: threading.Thread | None = None


def begin(ground: Ground, *, operators: int, callers: int, slots: list[int]) -> Shift:
    """They take calls in a thread of their own until told that the shift is over."""
    ground.desk()
    with at_home(ground.town.code) as at:
        people = crowd.people(callers, at=at)
        reliefs = min(RELIEFS, 1 + callers // (operators * CALLS))
        keys = [[signed_in(Role.OPERATOR, at=at) for _ in range(reliefs)] for _ in range(operators)]
    shift = Shift(iter(people), slots)

    async def everybody() -> None:
        await asyncio.gather(*(_works(ground, shift, one) for one in keys))

    shift.thread = threading.Thread(target=lambda: asyncio.run(everybody()))
    shift.thread.start()
    return shift


def end(shift: Shift) -> None:
    """Each ends the call that is under way."""
    shift.is_over = True
    assert shift.thread is not None
    shift.thread.join()


def check(findings: Findings, ground: Ground, shift: Shift, *, least: int) -> None:
    """What the operators were told; that it is so, the check of all presses holds."""
    told = log.read(ground.log.path)
    mine = [told[key] for key in shift.claims]
    findings.must_reach("phone_acknowledged", sum(one.is_acknowledged for one in mine), least, "callers")  # fmt: skip
    findings.say("phone_forms_sent_again", shift.sent_again, "presses whose answer was lost")
    findings.must_be_none("phone_pages_without_the_form", shift.pages_without_a_form, "pages")
    findings.must_be_none("phone_faults", len(shift.faults), f"{sorted(set(shift.faults))[:3]}")


async def _works(ground: Ground, shift: Shift, sessions: list[str]) -> None:
    browser = Browser(ground.ports["desk"], ground.host("staff"))
    for number, caller in enumerate(shift.callers):
        if shift.is_over or number == CALLS * len(sessions):
            break
        session = sessions[number // CALLS]
        browser.wearing({"__Host-sid": session, "__Host-csrf": "0123456789abcdef" * 2})
        await _call(browser, ground, shift, caller, shift.slots[number % len(shift.slots)])
    browser.close()


async def _call(browser: Browser, ground: Ground, shift: Shift, caller: Person, slot: int) -> None:
    """One call from its first key to its last; every key is pressed until it is answered."""
    await _until(browser, shift, "calls/start/", {"caller_number": ""})
    clues = {"number": caller.voucher_number, "notice_read": "on"}
    clues |= {"name": caller.name, "born_on": f"{caller.born_on:%Y%m%d}"}
    found = PARTY.search((await _until(browser, shift, "find/", clues)).location)
    if found is not None:
        await _claim(browser, ground, shift, found.group(1), slot)
    else:
        shift.faults.append("the caller was not found")
    await _until(browser, shift, "calls/wrap-up/", {})
    ended = {"reason": "book", "outcome": "claimed", "then": "ready"}
    await _until(browser, shift, "calls/end/", ended)


async def _claim(browser: Browser, ground: Ground, shift: Shift, party: str, slot: int) -> None:
    """The one form that takes a place, sent again as it was until somebody says yes or no."""
    key = str(uuid.uuid4())
    shift.claims.add(key)
    form = {"party": party, "do": "book", "d": "1", "s1": str(slot), "request_key": key}
    for tries in range(MOST_TRIES):
        number = ground.log.invoke(key)
        answer = await _act(browser, f"parties/{party}/claim/", form)
        how, word = log.INFO, str(answer and answer.status)
        if answer and answer.status == 302:
            how = log.OK if "do=told" in answer.location else log.FAIL
        elif answer and answer.status == 503:
            again = AGAIN.search(answer.body)
            shift.pages_without_a_form += again is None or again.group(1).decode() != key
        elif answer:
            shift.faults.append(f"status {answer.status}")
        ground.log.end(number, key, how, word)
        if how != log.INFO:
            return
        shift.sent_again += 1
        await asyncio.sleep(min(2.0, 0.2 * (1 + tries)))


async def _until(browser: Browser, shift: Shift, path: str, typed: dict[str, str]) -> Answer:
    """Press this key until it is answered by a page or a way to one."""
    for _ in range(MOST_TRIES):
        answer = await _act(browser, path, typed)
        if answer and answer.status < UNANSWERED:
            return answer
        if answer and answer.status == UNANSWERED:
            shift.faults.append(f"status {answer.status} of {path}")
        await asyncio.sleep(0.5)
    shift.faults.append(f"no answer to {path}")
    return Answer(0, "", (), b"")


async def _act(browser: Browser, path: str, typed: dict[str, str]) -> Answer | None:
    """One key pressed; None where nobody answered."""
    await asyncio.sleep(PAUSE)
    try:
        async with asyncio.timeout(PATIENCE):
            return await browser.post(f"/console/{path}", typed)
    except (*CUT, TimeoutError):
        browser.close()
        return None
