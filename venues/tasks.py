"""Doors: what venues do by the clock."""

from celery import shared_task
from django.utils import timezone

from tenancy import live
from tenancy.entrances.celery import house_task, in_turn


@shared_task
def announce(*, municipality_code: str) -> None:  # noqa: ARG001 - the entrance serves it
    """Publish one municipality's places: the net under the announcer process."""
    live.announce(at=timezone.now())


@house_task
@shared_task
def announce_all() -> None:
    """Ask it of every open municipality, of each within five minutes."""
    in_turn(announce, every=10, within=300, at=timezone.now())
