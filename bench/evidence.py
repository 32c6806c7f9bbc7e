"""The access log: a million lines in thousands of links, verified whole; and a batch linked."""

import time
from datetime import timedelta

from django.db import connections

from bench.figures import Figures
from bench.stage import Stage
from bench.towns import at_home
from privacy import chain_links, verifying
from tenancy.current import current

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
