"""R02 of holds, the waiting list and releases: what dies while places are passed on."""

import contextlib
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as clock

import psycopg
from django.db import Error
from django.utils import timezone
from django.utils.module_loading import import_string

from bench import crowd, picture
from bench.crowd import Person
from bench.towns import at_home
from booking import holds, waiting_list
from booking.contacts import Contact
from booking.models import Reservation, WaitingListOffer
from booking.waiting_list import WaitingWish
from drills import log, passing
from drills.findings import Defect, Findings, Scenario
from drills.ground import Ground
from drills.presses import ended, invariants
from notifications.models import Message
from tenancy.models import Staff
from venues import release_rules
from venues.models import Bucket, Hold, Opening, ReleaseRule, ReleaseRun

ROUND = ("backend", "web", "postmaster", "backend", "announcer", "web")
LINK = re.compile(r"/w/([A-Za-z0-9_-]{20,})")
LOST = (Error, psycopg.Error, OSError)


@dataclass
class Morning:
    """One full venue with people who wait for it, and one whose telephone places move."""

    presses: list[passing.Press]
    capacities: dict[int, int]  # of each slot, whatever the channel
    waiting: int
    wanted: set[str] = field(default_factory=set)  # offers that were answered already


def run(ground: Ground, findings: Findings, defect: Defect | None) -> None:
    """People cancel, hold, book and answer offers; tasks release and sweep; all of it is killed."""
    is_small = ground.is_quick or defect is not None
    people, waiting, kills = (100, 70, 6) if is_small else (2500, 1800, 26)
    ground.web()
    with at_home(ground.town.code) as at:
        morning = _prepared(people, waiting, at)
    ground.announcer()
    picture.shown(ground)
    over = threading.Event()
    rounds = threading.Thread(target=_rounds, args=(ground, over))
    pressing = threading.Thread(target=passing.press, args=(ground, morning.presses))
    for thread in (rounds, pressing):
        thread.start()
    landed, step = 0, 0
    while pressing.is_alive() or _answers(ground, morning):
        due = len(morning.presses) * (step + 1) // (kills + 1)
        if step < kills and ended(ground) >= due:
            landed += _kill(ground, _next(defect, step))
            step += 1
        else:
            time.sleep(0.05)
        _answers(ground, morning)
    pressing.join()
    over.set()
    rounds.join()
    _ask_again(ground, morning)
    findings.must_reach("landed", landed, 2 if is_small else 20, "kills")
    with at_home(ground.town.code):
        _check(ground, findings, morning, is_small=is_small)


def _prepared(people: int, waiting: int, at: datetime) -> Morning:
    by = crowd.staff()
    (full,) = crowd.buckets(days=1, places=max(1, people // 32), venues=1, at=at)
    (other,) = crowd.buckets(days=1, places=max(6, people // 16), venues=1, phone_share=50, at=at)
    here = Opening.objects.get(slots__buckets=full[0])
    there = Opening.objects.get(slots__buckets=other[0])
    _rules(there, by, at)
    booked = crowd.people(sum(Bucket.objects.filter(pk__in=full).values_list("capacity", flat=True)), at=at)  # fmt: skip
    crowd.reserve(booked, full, at=at)
    for one in crowd.people(waiting, at=at):
        _joins(one, here, at)
    strangers = crowd.people(people, at=at)
    visitors = crowd.visitors(
        strangers, [{1: other[n % len(other)]} for n in range(len(strangers))], at=at
    )
    leaving = Reservation.objects.filter(slot__opening=here, is_live=True)
    presses = [passing.cancelling(one, at) for one in leaving[:people]]
    presses += [passing.booking(one) for one in visitors]
    presses.sort(key=lambda one: one.key[-8:])  # mixed, and the same each time for the same keys
    slots: Counter[int] = Counter()
    for slot, capacity in Bucket.objects.values_list("slot_id", "capacity"):
        slots[slot] += capacity
    return Morning(presses, dict(slots), waiting)


def _rules(opening: Opening, by: Staff, at: datetime) -> None:
    told = {"source": "phone", "target": "web", "opening": opening}
    low = ReleaseRule(kind="below", target_below=3, source_above=1, places=1, **told)
    due = ReleaseRule(kind="at", days_before=60, at_time=clock(0), **told)
    for rule in (low, due):
        release_rules.make(rule=rule, reason="訓練", by=by, at=at)


def _joins(person: Person, opening: Opening, at: datetime) -> None:
    wish = WaitingWish(1, (opening.venue_id,), opening.day, opening.day, 1, "written")
    contact = Contact(phone="+817099990002")
    waiting_list.join(resident_id=person.id, wish=wish, contact=contact, by=None, at=at)


def _rounds(ground: Ground, over: threading.Event) -> None:
    """What beat has done each minute, without a rest."""
    while not over.wait(0.2):
        with contextlib.suppress(*LOST), at_home(ground.town.code) as at:
            release_rules.follow_due(at=at)
            holds.sweep(at=at)
            waiting_list.sweep(at=at)


def _next(defect: Defect | None, step: int) -> int:
    """A defect that only one kind of loss uncovers meets that kind."""
    if defect is None:
        return step
    return ROUND.index("backend" if defect.name == "freed_for_nothing" else "web")


def _kill(ground: Ground, step: int) -> bool:
    what = ROUND[step % len(ROUND)]
    if what == "backend":
        return ground.kill_backend()
    return ground.kill_postmaster() if what == "postmaster" else ground.kill_process(what)


def _answers(ground: Ground, morning: Morning) -> int:
    """Everybody who was told since presses the link; how many."""
    found: list[passing.Press] = []
    with contextlib.suppress(*LOST), at_home(ground.town.code):
        rows = Message.objects.filter(kind="offered").exclude(reference__in=morning.wanted)
        found = [
            passing.answering(str(one.reference), link.group(1))
            for one in rows
            if (link := LINK.search(str(one.body)))
        ]
    morning.wanted |= {one.key for one in found}
    passing.press(ground, found)
    morning.presses += found
    return len(found)


def _ask_again(ground: Ground, morning: Morning) -> None:
    """Whoever does not know presses again."""
    for _ in range(5):
        told = log.read(ground.log.path)
        doubtful = [o for o in morning.presses if told[o.key].answers[-1:] == [log.INFO]]
        if not doubtful:
            return
        passing.press(ground, doubtful)


def _check(ground: Ground, findings: Findings, morning: Morning, *, is_small: bool) -> None:
    """The log against the database: nothing lost, nothing double, no place out of the world."""
    told = log.read(ground.log.path)
    holds.sweep(at=timezone.now() + timedelta(minutes=16))
    rows = Reservation.objects.filter(is_live=True)
    keys = {str(key) for key in rows.values_list("request_key", flat=True)}
    gone = {f"cancel {pk}" for pk in Reservation.objects.filter(is_live=False).values_list("pk", flat=True)}  # fmt: skip
    kinds = {one.key: one.kind for one in morning.presses}
    done = {key: one.is_acknowledged for key, one in told.items()}
    least = 10 if is_small else 200
    for kind in ("cancel", "answer", "book"):
        count = sum(done[key] for key, of in kinds.items() if of == kind)
        findings.must_reach(f"{kind}_acknowledged", count, least, "people")
    lost = [key for key, is_done in done.items() if is_done and key not in keys | gone]
    for key in lost:
        ground.log.note(f"lost: {key} {told[key].answers}")
    ghosts = [key for key, one in told.items() if one.is_refused and key in keys]
    findings.must_be_none("acknowledged_lost", len(lost), f"{Counter(kinds[o] for o in lost)}")
    findings.must_be_none("refused_but_there", len(ghosts), "reservations")
    findings.say(
        "unanswered", ground.log.counts[log.INFO], "presses whose end nobody knew at first"
    )
    offers = WaitingListOffer.objects
    findings.must_reach("offers", offers.count(), least, "offers made")
    kept = set(Hold.objects.filter(bucket__isnull=False).values_list("holder_id", flat=True))
    stray = kept - set(offers.filter(state="open").values_list("pk", flat=True))
    findings.must_be_none("places_kept_for_nobody", len(stray), "places")
    slots: Counter[int] = Counter()
    for slot, capacity in Bucket.objects.values_list("slot_id", "capacity"):
        slots[slot] += capacity
    findings.must_be_none("released_otherwise", sum(slots[one] != n for one, n in morning.capacities.items()), "slots")  # fmt: skip
    findings.must_be_none("released_again", max(0, ReleaseRun.objects.count() - 1), "times")
    findings.must_reach("released", ReleaseRun.objects.count(), 1, "days")
    findings.must_hold([one for name in invariants() for one in import_string(name)()])


SCENARIO = Scenario(
    "offers",
    run,
    (
        Defect("offer_answered_first", "drills.defects.offer_answered_first"),
        Defect("freed_for_nothing", "drills.defects.freed_for_nothing"),
        Defect("offer_not_held", "drills.defects.offer_not_held"),
    ),
)
