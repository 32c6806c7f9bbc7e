"""R08: every task of the clock run three times, out of order and late, leaves what one run leaves."""

import inspect
import random
from collections import Counter
from datetime import timedelta

import psycopg
import pytest
from django.db.models import Sum
from django.utils import timezone

from config.celery import app
from frontdoor import demand, line
from frontdoor.models import DemandMinute
from notifications.models import Message
from privacy.backups._manifest import tables_of
from tenancy.current import serving
from tenancy.entrances.celery import HOUSE_TASKS
from tests import carrying, cast
from tests.carrying import SID, TOKEN, promise, set_up_sender
from tests.house.test_tasks import our_tasks

pytestmark = pytest.mark.concurrency
answering, here, carrier = carrying.answering, carrying.here, carrying.carrier
SEED = 20261123
# What only says that somebody looked, and when; how many batches the log was bound in; and in how
# many minutes of the clock people asked (their numbers are compared).
OF_LOOKING = {
    "privacy_chainlink", "privacy_unlinkedentry", "privacy_logcheck", "privacy_lookout",
    "frontdoor_demandminute",
}  # fmt: skip


@pytest.fixture
def at_once():
    """Tasks that hand work on do it here."""
    before = app.conf.task_always_eager
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = before


@pytest.fixture
def towns(live_municipalities, here, carrier):
    """Two municipalities with the same day behind and before them."""
    here.carrier.accounts = {SID: TOKEN}
    _forget_who_asked()
    both = (live_municipalities.mihon, live_municipalities.tameshi)
    for number, municipality in enumerate(both):
        with serving(municipality):
            set_up_sender(sms_per_second=1000)
            cast.everybody_may_book()
            tomorrow = timezone.localdate() + timedelta(days=1)
            _slot, bucket, *_ = cast.slot(day=tomorrow, bookable_from=timezone.now())
            for person in range(3):
                who = cast.resident(phone=f"+81709999{number}{person:03}", at=timezone.now())
                cast.reservation(who, bucket=bucket, at=timezone.now())
            for person in range(3):
                promise(at=timezone.now(), recipient=f"+81708888{number}{person:03}")
    return both


def _forget_who_asked():
    """Counts of earlier tests lie in Valkey until a task carries them into somebody's tables."""
    demand._noted.clear()
    for key in line.valkey().scan_iter("waku:demand:*"):
        line.valkey().delete(key)


def tasks():
    """Those that want nothing but a municipality: what the clock has done everywhere."""
    return sorted(
        name
        for name, task in our_tasks().items()
        if name not in HOUSE_TASKS
        and list(inspect.signature(task.run).parameters) == ["municipality_code"]
    )


def run(names, municipality):
    for name in names:
        app.tasks[name].apply(kwargs={"municipality_code": municipality.code}, throw=True)


def left(municipality, stage):
    """How many rows of each kind, where each message stands, how often something was asked."""
    with psycopg.connect(stage.superuser_url) as line:
        rows = {
            name: count for name, (count, _sum) in tables_of(line, municipality.schema).items()
            if name not in OF_LOOKING
        }  # fmt: skip
    with serving(municipality):
        rows |= Counter(Message.objects.values_list("kind", "state"))
        asked = DemandMinute.objects.order_by().values_list("channel", "what")
        rows |= {("asked", *one[:2]): one[2] for one in asked.annotate(Sum("count"))}
    return rows


def test_is_as_one_delivery(towns, here, at_once, live_municipalities):
    once, thrice = towns
    names = tasks()
    assert len(names) > 8
    run(names, once)
    often = [name for name in names for _ in range(3)]
    random.Random(SEED).shuffle(often)
    run(often, thrice)
    for municipality in towns:  # what an order left over is done in the next round
        run(names, municipality)

    one, three = (left(town, live_municipalities) for town in towns)
    differing = {name for name in one | three if one.get(name) != three.get(name)}
    assert {name: (one.get(name), three.get(name)) for name in differing} == {}
    taken = Counter(str(one.to) for one in here.carrier.messages.values())
    assert set(taken.values()) == {1}, "the carrier had something twice"
    assert len([to for to in taken if to.startswith("+817088880")]) == 3
    assert len([to for to in taken if to.startswith("+817088881")]) == 3
