"""Doors: what venues do by the clock."""

from celery import shared_task
from django.utils import timezone

from tenancy import live
from tenancy.entrances.celery import house_task, to_each


@shared_task
def announce(*, municipality_code: str) -> None:  # noqa: ARG001 - the entrance serves it
    """Publish one municipality's places: the net under the announcer process."""
    live.announce(at=timezone.now())


@house_task
@shared_task
def announce_all() -> None:
    """Ask it of every open municipality."""
    to_each(announce)
