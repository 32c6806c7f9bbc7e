"""The access log: a million lines in thousands of links, verified whole; a batch linked; and what
noting its lines for the chain costs a booking.
"""

import itertools
import time
from datetime import timedelta

from django.db import connections

from bench import crowd, statement
from bench.figures import Figures
from bench.stage import Stage
from bench.towns import at_home
from privacy import chain_links, verifying
from tenancy.current import current
from tenancy.schemas import owner_of

LINES = (
    "INSERT INTO privacy_accessentry (happened_at, staff_id, role, network, request_id, "
    "resident_id, what, why, call_id, count, succeeded) SELECT %s, gen_random_uuid(), 'operator', "
    "'192.0.2.7', 'ABCD-EFGH', gen_random_uuid(), 'view', 'inbound', gen_random_uuid(), 1, true "
    "FROM generate_series(1, %s)"
)


def measure(stage: Stage, figures: Figures) -> None:
    """Write, link, verify; the verification must find nothing."""
    links, each = stage.many(2_000, 20), 500
    with at_home(stage.town.code) as at:
        waits = []
        for _number in range(links):
            with connections[current().database].cursor() as cursor:
                cursor.execute(LINES, [at, each])
            begun = time.perf_counter()
            chain_links.append(at=at)
            waits.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        report = verifying.verify(at=at + timedelta(minutes=1))
        figures.say("verify_seconds", time.perf_counter() - begun, "s")
    figures.say("verified_entries", report.entries, "lines")
    figures.latencies("link_500_lines", waits)
    figures.must_be_none("verify_findings", len(report.findings), "findings")
    _bookings(stage, figures)


def _bookings(stage: Stage, figures: Figures) -> None:
    """The claim's own statement, in turns with the trigger that notes its line and without."""
    turns, each = stage.many(20, 2), stage.many(100, 10)
    waits: dict[bool, list[float]] = {True: [], False: []}
    with at_home(stage.town.code) as at:
        places = list(itertools.chain(*crowd.buckets(days=10, places=turns * each, at=at)))
        people = iter(crowd.people(2 * turns * each, at=at))
        for turn in range(2 * turns):
            is_noted = turn % 2 == 0
            _note(is_on=is_noted)
            for number in range(each):
                text, values = statement.claim(
                    bucket=places[number % len(places)], resident=next(people).id,
                    number=f"T{turn}-{number}",
                )  # fmt: skip
                begun = time.perf_counter()
                with connections[current().database].cursor() as cursor:
                    cursor.execute(text, values)
                waits[is_noted].append(time.perf_counter() - begun)
        _note(is_on=True)
    figures.latencies("claim_noted", waits[True])
    figures.latencies("claim_not_noted", waits[False])


def _note(*, is_on: bool) -> None:
    with connections[owner_of(current())].cursor() as cursor:
        word = "ENABLE" if is_on else "DISABLE"
        cursor.execute(
            f"ALTER TABLE {current().schema}.privacy_accessentry "
            f"{word} TRIGGER privacy_accessentry_noted"
        )
