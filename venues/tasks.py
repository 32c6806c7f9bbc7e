"""Doors: what venues do by the clock."""

from celery import shared_task
from django.utils import timezone

from tenancy import live, municipalities
from tenancy.current import serving
from tenancy.entrances.celery import house_task, in_turn, to_each
from venues import release_rules


@shared_task
def announce(*, municipality_code: str) -> None:  # noqa: ARG001 - the entrance serves it
    """Publish one municipality's places: the net under the announcer process."""
    live.announce(at=timezone.now())


@house_task
@shared_task
def announce_all() -> None:
    """Ask it of every open municipality, of each within five minutes."""
    in_turn(announce, every=10, within=300, at=timezone.now())


@shared_task
def release_places(*, municipality_code: str) -> int:
    """Follow one municipality's release rules that are due."""
    with serving(municipalities.find(code=municipality_code)):
        return release_rules.follow_due(at=timezone.now())


@house_task
@shared_task
def release_places_everywhere() -> None:
    """Every open municipality's turn."""
    to_each(release_places)
