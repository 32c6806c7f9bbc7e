"""Doors of the worker: beat asks for each municipality, and due rows are selected then."""

import time

from celery import shared_task
from django.utils import timezone

from notifications import deliveries
from notifications.deliveries import alone
from tenancy import live, municipalities
from tenancy.current import serving
from tenancy.entrances.celery import house_task, in_turn

RUN_SECONDS = 10  # then it goes to the end of the queue: neighbours wait no longer than that


@shared_task
def deliver_due(*, municipality_code: str) -> int:
    """Send what one municipality has promised and not yet sent."""
    tried = 0
    until = time.monotonic() + RUN_SECONDS
    with serving(municipalities.find(code=municipality_code)), alone("deliver") as is_alone:
        if not is_alone:
            return 0
        with deliveries.courier() as courier:
            while time.monotonic() < until:
                count = courier.deliver(clock=timezone.now)
                tried += count
                if not count:
                    return tried
    deliver_due.delay(municipality_code=municipality_code)  # more is due: somebody's next turn
    return tried


@shared_task
def sweep(*, municipality_code: str) -> None:
    """Find out what became of the unknown, and flag what is too late."""
    with serving(municipalities.find(code=municipality_code)), alone("sweep") as is_alone:
        if is_alone:
            deliveries.sweep(at=timezone.now())


@house_task
@shared_task
def deliver_due_everywhere() -> None:
    """Every open municipality's turn within a minute; at once where something was promised."""
    in_turn(
        deliver_due, every=5, within=60, at=timezone.now(), first=live.who_has_work(live.MESSAGES)
    )


@house_task
@shared_task
def sweep_everywhere() -> None:
    """Every open municipality's turn within five minutes."""
    in_turn(sweep, every=60, within=300, at=timezone.now())
