"""Doors: what the house sweeps at night."""

from importlib import import_module

from celery import shared_task
from django.conf import settings

from tenancy.entrances.celery import house_task, to_each


@house_task
@shared_task
def sweep_sessions_everywhere() -> None:
    """Ask every municipality to drop its ended sessions."""
    to_each(sweep_sessions)


@shared_task
def sweep_sessions(*, municipality_code: str) -> None:
    """Drop the ended sessions of one municipality."""
    del municipality_code  # the entrance serves it
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
