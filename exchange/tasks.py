"""Doors: the long works of the exchange, and the sweep that finds what was left lying."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from exchange import fetch_mails, incident_packs, intake, prints, rosters, runs, sweeping
from exchange.prints import results as print_results
from tenancy.current import current, on_commit
from tenancy.entrances.celery import house_task, in_turn

log = logging.getLogger(__name__)


@shared_task
def check(*, municipality_code: str, parcel_id: str) -> None:
    """Dry run of one unlocked parcel."""
    del municipality_code  # the entrance has served it
    intake.check(parcel_id=UUID(parcel_id), at=timezone.now())
    print_results.check(parcel_id=UUID(parcel_id), at=timezone.now())


@shared_task
def apply(*, municipality_code: str, parcel_id: str) -> None:
    """Take one committed parcel in."""
    del municipality_code
    intake.apply(parcel_id=UUID(parcel_id), at=timezone.now())
    print_results.apply(parcel_id=UUID(parcel_id), at=timezone.now())


@shared_task
def build(*, municipality_code: str, parcel_id: str) -> None:
    """Write and seal one roster, incident pack or print run."""
    del municipality_code
    try:
        rosters.build(parcel_id=UUID(parcel_id), at=timezone.now())
        incident_packs.build(parcel_id=UUID(parcel_id), at=timezone.now())
        prints.build(parcel_id=UUID(parcel_id), at=timezone.now())
    except rosters.NoRoomNow:
        log.error("a roster waits for room on the disk")  # noqa: TRY400 - the words say it all


@shared_task
def look_after(*, municipality_code: str) -> None:
    """Tell of rosters that were missed; begin tomorrow's when it is due; take up again what was left lying; erase the old."""
    del municipality_code
    now = timezone.now()
    runs.look(at=now)
    made = rosters.make_due(at=now)
    if made is not None:
        hand_on(made.state, made.pk)
    for state, parcel_id in sweeping.left_lying(at=now):
        hand_on(state, parcel_id)
    sweeping.sweep(at=now)
    fetch_mails.tell_due(at=now)


@house_task
@shared_task
def look_after_each() -> None:
    """look_after() for every open municipality, for each within five minutes."""
    in_turn(look_after, every=60, within=300, at=timezone.now())


def hand_on(state: str, parcel_id: UUID) -> None:
    """Hand a parcel to the worker for what its state asks, once this is committed.

    Without a broker the parcel waits in its state and the sweep hands it on later.
    """
    task = {"checking": check, "applying": apply, "building": build}[state]
    code = current().code

    def send() -> None:
        try:
            task.delay(municipality_code=code, parcel_id=str(parcel_id))
        except OperationalError:
            log.warning("parcel waits for the sweep")

    on_commit(send)
