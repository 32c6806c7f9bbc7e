"""Two people answer one handover record at once: one answer stands (S-91); and the race is real."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import psycopg
import pytest
from django.db import connections

from exchange import handover_answers, rosters
from exchange.models import HandoverAnswer, HandoverRecord
from tenancy.current import serving
from tests import cast

pytestmark = pytest.mark.concurrency

ROUNDS = 6


@pytest.fixture
def town(live_municipalities, settings, tmp_path):
    settings.WAKU_SPOOL = tmp_path / "spool"
    with serving(live_municipalities.mihon):
        yield live_municipalities


def records(first, second):
    """As many records of one roster's file and its corrections as there are rounds."""
    day = (cast.NOW + timedelta(days=14)).date()
    parcel = rosters.ask(day=day, purpose="visit_day", by=first, at=cast.NOW)
    rosters.build(parcel_id=parcel.pk, at=cast.NOW)
    rosters.fetch(parcel=parcel, by=second, at=cast.NOW)
    record = HandoverRecord.objects.get()
    for number in range(ROUNDS - 1):
        record.pk, record.number = None, f"K-{number}"
        record._state.adding = True
        record.save(force_insert=True)
    return list(HandoverRecord.objects.all())


def both_at_once(town, record, people):
    """One confirms and the other objects, from one barrier."""
    barrier = Barrier(len(people))

    def run(pair):
        number, by = pair
        with serving(town.mihon):
            barrier.wait()
            try:
                handover_answers.answer(
                    record=record, agrees=not number, words="件数が違う", by=by, at=cast.NOW
                )
            except handover_answers.AlreadyAnswered:
                return "refused"
            finally:
                connections.close_all()
            return "answered"

    with ThreadPoolExecutor(len(people)) as pool:
        return Counter(pool.map(run, enumerate(people)))


def rounds(town):
    first, taker, third = (cast.staff("ward_officer") for _ in range(3))
    made = records(first, taker)
    return [both_at_once(town, record, [first, third]) for record in made]


def test_two_people_at_once_leave_one_answer(town):
    assert rounds(town) == [{"answered": 1, "refused": 1}] * ROUNDS
    assert HandoverAnswer.objects.count() == ROUNDS


def test_the_race_is_real_without_the_constraint(town):
    """If this ever fails, the test above proves nothing."""
    table = f"{town.mihon.schema}.exchange_handoveranswer"
    name = "exchange_handoveranswer_record_id_key"
    with psycopg.connect(town.superuser_url, autocommit=True) as owner:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        try:
            found = rounds(town)
        finally:
            owner.execute("SET session_replication_role = replica")
            owner.execute(f"DELETE FROM {table}")
            owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (record_id)")

    assert {"answered": 2} in found
