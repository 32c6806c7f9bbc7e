"""Doors: what the front door does by the clock."""

from celery import shared_task
from django.utils import timezone

from frontdoor import demand
from tenancy.entrances.celery import house_task, in_turn


@shared_task
def carry_over(*, municipality_code: str) -> None:  # noqa: ARG001 - the entrance serves it
    """Bring one municipality's counts of demand into its tables."""
    demand.carry_over(at=timezone.now())


@house_task
@shared_task
def carry_over_everywhere() -> None:
    """Ask it of every open municipality, of each within five minutes."""
    in_turn(carry_over, every=10, within=300, at=timezone.now())
