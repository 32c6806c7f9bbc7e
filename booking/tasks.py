"""Doors: what booking does by the clock."""

import logging

from celery import shared_task

from booking import counts
from tenancy.entrances.celery import house_task, to_each
from venues import checks

log = logging.getLogger(__name__)


@shared_task
def check_counts(*, municipality_code: str) -> int:
    """Compare counters with reservations and copies with the truth; a difference is an alarm."""
    wrong, unequal = counts.differences(), checks.unequal_copies()
    if wrong:
        log.error(
            "taken places differ from live reservations",
            extra={"municipality": municipality_code, "count": len(wrong)},
        )
    if unequal:
        log.error(
            "buckets differ from their slots",
            extra={"municipality": municipality_code, "count": len(unequal)},
        )
    return len(wrong) + len(unequal)


@house_task
@shared_task
def check_counts_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(check_counts)
