"""Residents who press, and what they are told: the client side of every booking drill."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.module_loading import import_string

from bench import crowd, picture
from bench.bookings import confirm
from bench.client import Browser, Load, all_at_once
from bench.crowd import Visitor
from bench.towns import at_home
from booking.models import Reservation
from drills import log
from drills.findings import Findings
from drills.ground import Ground
from venues.models import Bucket

CUT = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)
PATIENCE = 30.0  # a browser that hears nothing for so long: nobody knows
WIDE = 24


@dataclass
class Crowd:
    """People at the confirm page, and how many places there are for them."""

    visitors: list[Visitor]
    places: int
    slots: list[int] = field(default_factory=list)
    load: Load | None = None
    threads: list[threading.Thread] = field(default_factory=list)


def gathered(ground: Ground, *, people: int, places: int, phone_share: int = 0) -> Crowd:
    """So many people for so many places; the web shows the places when this returns."""
    ground.web()
    with at_home(ground.town.code) as at:
        found = crowd.buckets(days=1, places=places, venues=1, phone_share=phone_share, at=at)[0]
        # Few slots and many people: the places are fought for.
        used = found[: max(1, len(found) // 4)]
        slots = list(Bucket.objects.filter(pk__in=used).values_list("slot_id", flat=True))
        there = sum(Bucket.objects.filter(slot_id__in=slots).values_list("capacity", flat=True))
        wanted = [{1: used[n % len(used)]} for n in range(people)]
        visitors = crowd.visitors(crowd.people(people, at=at), wanted, at=at)
    picture.shown(ground)
    return Crowd(visitors, there, slots)


def press(ground: Ground, jobs: list[Visitor], *, wide: int = WIDE) -> Load:
    """Everybody presses once for each time they stand in the list; each try stands in the log."""

    async def one(browser: Browser, visitor: Visitor) -> str:
        key = visitor.request_key
        number = ground.log.invoke(key)
        try:
            async with asyncio.timeout(PATIENCE):
                word = await confirm(browser, visitor)
        except (*CUT, TimeoutError) as cut:
            browser.close()
            word = type(cut).__name__
            await asyncio.sleep(0.3)  # nobody presses on a page that does not come
        ground.log.end(number, key, _how(word), word)
        return word

    return all_at_once(jobs, one, port=ground.ports["web"], host=ground.host(), wide=wide)


def _how(word: str) -> str:
    if word == "granted":
        return log.OK
    return log.FAIL if word in {"refused", "status 409"} else log.INFO


def begin(ground: Ground, jobs: list[Visitor], into: Crowd, *, wide: int = WIDE) -> None:
    """Let them press in a thread of their own, while something is lost."""

    def work() -> None:
        into.load = press(ground, jobs, wide=wide)

    thread = threading.Thread(target=work)
    into.threads.append(thread)
    thread.start()


def while_pressing(
    ground: Ground, crowd_: Crowd, *, tries: int, steps: int, lose: Callable[[int], None]
) -> None:
    """Lose something so many times, evenly spread over the tries, as long as somebody presses."""
    (thread,) = crowd_.threads
    for step in range(steps):
        due = tries * (step + 1) // (steps + 1)
        while thread.is_alive() and ended(ground) < due:
            thread.join(0.02)
        if not thread.is_alive():
            break
        lose(step)
    thread.join()


def ended(ground: Ground) -> int:
    """How many tries have come to an end."""
    counts = ground.log.counts
    return counts[log.OK] + counts[log.FAIL] + counts[log.INFO]


def ask_again(ground: Ground, crowd_: Crowd) -> None:
    """Whoever does not know presses again, as the page says; now everybody is told clearly."""
    for _ in range(5):
        told = log.read(ground.log.path)
        doubtful = [
            one for one in crowd_.visitors
            if (answers := told[one.request_key].answers) and log.INFO in answers
            and not {log.OK, log.FAIL} & set(answers[-1:])
        ]  # fmt: skip
        if not doubtful:
            return
        press(ground, doubtful)


def check(ground: Ground, findings: Findings, crowd_: Crowd) -> None:
    """The log against the database: nothing lost, nothing double, nothing there that was refused."""
    told = log.read(ground.log.path)
    with at_home(ground.town.code):
        rows = Reservation.objects.filter(request_key__in=list(told), is_live=True)
        there = {str(key) for key in rows.values_list("request_key", flat=True)}
        people = rows.values("resident_id", "dose_number").annotate(n=Count("id"))
        doubles = sum(row["n"] - 1 for row in people)
        broken = [one for name in invariants() for one in import_string(name)()]
    lost = [key for key, one in told.items() if one.is_acknowledged and key not in there]
    denied = [key for key, one in told.items() if one.answers[-1:] == [log.FAIL] and key in there]
    ghosts = [key for key, one in told.items() if one.is_refused and key in there]
    open_ones = [key for key, one in told.items() if set(one.answers) == {log.INFO}]
    counts = ground.log.counts
    findings.say("tries", counts["invoke"], "presses")
    findings.say("unanswered", counts[log.INFO], "presses whose end nobody knew at first")
    findings.must_reach("acknowledged", len(told) - _not_ok(told), 10, "residents")
    findings.must_reach("conflicts", counts[log.FAIL], 10, "presses refused")
    findings.must_be_none("acknowledged_lost", len(lost), "reservations")
    findings.must_be_none("doubled", doubles, "reservations")
    findings.must_be_none("refused_but_there", len(ghosts), "reservations")
    findings.must_be_none("told_no_at_last_but_there", len(denied), "reservations")
    findings.must_be_none("oversold", max(0, len(there) - crowd_.places), "places")
    findings.must_be_none("never_told", len(open_ones), "residents")
    findings.must_hold(broken)


def _not_ok(told: dict[str, log.Told]) -> int:
    return sum(not one.is_acknowledged for one in told.values())


def invariants() -> list[str]:
    """Where the house's own invariants are asked."""
    from django.conf import settings

    return list(settings.WAKU_INVARIANTS)
