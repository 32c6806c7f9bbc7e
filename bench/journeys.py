"""Whole journeys: sign in, look, choose both doses, leave a contact, confirm, read the number."""

import random
import re

from bench import crowd, picture
from bench.client import Answer, Browser, all_at_once
from bench.crowd import Person
from bench.figures import Figures
from bench.stage import Stage
from bench.towns import at_home

PLACE = re.compile(rb'name="place" value="([0-9]+)"')
KEY = re.compile(rb'name="request_key" value="([0-9a-f-]+)"')


PAGES = 13  # of a whole journey


class Lost(Exception):
    """The journey did not go on as it should."""


async def walk(browser: Browser, person: Person, *, cookies: dict[str, str] | None = None) -> str:
    """Eleven pages, as a resident sees them; who has been let in brings the cookies of the door."""
    browser.wearing(cookies or {})
    try:
        await _enter(browser, person)
        await _choose(browser, 1)
        await _choose(browser, 2)
        _must(await browser.get("/contact/"), 200)
        contact = {"phone": "07099990001", "email": "", "speaker": "self", "notice": "1"}
        _must(await browser.post("/contact/", contact), 302)
        page = _must(await browser.get("/confirm/"), 200)
        found = KEY.search(page.body)
        key = found.group(1).decode() if found else ""
        answer = _must(await browser.post("/confirm/", {"request_key": key}), 302)
        if not answer.location.endswith("/done/"):
            return "refused"
        _must(await browser.get("/done/"), 200)
    except Lost as lost:
        return str(lost)
    return "booked"


async def _enter(browser: Browser, person: Person) -> None:
    _must(await browser.get("/sign-in/"), 200)
    born = person.born_on
    typed = {
        "voucher": person.voucher_number,
        "born_on_year": str(born.year),
        "born_on_month": str(born.month),
        "born_on_day": str(born.day),
        "born_on_era": "",
    }
    _must(await browser.post("/sign-in/", typed), 302)


async def _choose(browser: Browser, dose: int) -> None:
    page = _must(await browser.get(f"/choose/{dose}/"), 200)
    offered = PLACE.findall(page.body)
    if not offered:
        raise Lost(f"nothing offered for dose {dose}")
    place = random.choice(offered).decode()
    _must(await browser.post(f"/choose/{dose}/take/", {"place": place}), 302)


def _must(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise Lost(f"status {answer.status} instead of {status}")
    return answer


def measure(stage: Stage, figures: Figures) -> None:
    """Many residents at once, each from the first page to the last."""
    stage.announcer()
    count = stage.many(1000, 60)
    with at_home(stage.town.code) as at:
        crowd.buckets(days=40, places=2000, at=at)
        persons = crowd.people(count, at=at)
    picture.shown(stage)
    port, host = stage.web(), stage.host()
    all_at_once(persons[:8], walk, port=port, host=host, wide=8)
    load = all_at_once(persons[8:], walk, port=port, host=host, wide=32)
    booked = load.outcomes.get("booked", 0)
    figures.say("journeys_per_second", booked / load.seconds, "journeys/s")
    figures.latencies("journeys", load.waits)
    figures.must_be_none("journeys_lost", len(load.waits) - booked, str(load.outcomes))
