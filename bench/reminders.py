"""Tomorrow's reminders: promised, carried to the simulated carrier, and none of them twice."""

import json
import time
import urllib.request
from datetime import datetime, timedelta

from django.utils import timezone

from bench import crowd
from bench.figures import Figures
from bench.lists import worked
from bench.stage import SID, TOKEN, Stage
from bench.towns import at_home
from booking import reminders
from notifications import senders
from notifications.models import Message
from notifications.models.message import Kind, State


def measure(stage: Stage, figures: Figures) -> None:
    """One courier carries them, as production lets only one carry for a municipality."""
    count = stage.many(6_800, 300)
    port = stage.carrier()
    before = _tally(port)
    with at_home(stage.town.code) as at:
        noon = crowd.clock_start(timezone.localdate(at)) + timedelta(hours=12)
        _prepare(count, at=at)
        begun = time.perf_counter()
        promised = reminders.remind(at=noon)
        figures.say("reminders_promised_per_second", promised / (time.perf_counter() - begun), "/s")
    took = worked(stage, "deliver", noon.isoformat())
    after = _tally(port)
    accepted = after["accepted"] - before["accepted"]
    figures.say("reminders_per_second", accepted / took["seconds"], "messages/s")
    figures.must_be_none("reminders_duplicated", after["repeated"] - before["repeated"], "messages")
    figures.must_be_none("reminders_missing", count - _on_their_way(stage, noon), "messages")


def _prepare(count: int, *, at: datetime) -> None:
    row = senders.set_up(
        sms_account=SID, sms_token=TOKEN, sms_name="Mihon", mail_address="", by=None, at=at
    )
    row.sms_per_second, row.sms_daily_cap = 1000, 1_000_000  # the carrier's pace is not measured
    row.save()
    senders.forget_kept()
    found = crowd.buckets(days=1, places=max(10, count // 100), first_day=1, closes_before=0, at=at)
    persons = crowd.people(count, at=at)
    crowd.give_telephones(persons)
    crowd.reserve(persons, found[0], at=at)


def _on_their_way(stage: Stage, noon: datetime) -> int:
    with at_home(stage.town.code):
        mine = Message.objects.filter(kind=Kind.REMINDER, created_at=noon)
        return mine.filter(state__in=(State.ACCEPTED, State.SENT, State.DELIVERED)).count()


def _tally(port: int) -> dict[str, int]:
    address = f"http://127.0.0.1:{port}/_control/tally"
    with urllib.request.urlopen(address, timeout=10) as answer:
        found: dict[str, int] = json.load(answer)
    return found
