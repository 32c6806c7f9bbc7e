"""Doors: what privacy sweeps."""

from celery import shared_task
from django.utils import timezone

from privacy import budgets, chain_links, log_anchors, lookouts, odd_use, reviews, weeks
from tenancy.entrances.celery import house_task, in_turn, to_each


@house_task
@shared_task
def sweep_budgets_everywhere() -> None:
    """Ask every municipality to drop its ended budgets."""
    to_each(sweep_budgets)


@shared_task
def sweep_budgets(*, municipality_code: str) -> None:
    """Drop the ended failure budgets of one municipality."""
    del municipality_code  # the entrance serves it
    budgets.sweep(at=timezone.now())


@house_task
@shared_task
def link_log_everywhere() -> None:
    """Ask every municipality to link its access log: the net under the chainer."""
    in_turn(link_log, every=60, within=300, at=timezone.now())


@shared_task
def link_log(*, municipality_code: str) -> None:
    """Link what waits in one municipality's access log; tell its head where it is time."""
    del municipality_code  # the entrance serves it
    chain_links.append(at=timezone.now())
    log_anchors.tell_due(at=timezone.now())


@house_task
@shared_task
def keep_watch_everywhere() -> None:
    """Every municipality's turn."""
    to_each(keep_watch)


@shared_task
def keep_watch(*, municipality_code: str) -> None:
    """Is what staff looked at odd, is the log still being linked, is a week to be told, a lot to be cast?"""
    del municipality_code
    now = timezone.now()
    lookouts.feel_pulse(at=now)
    odd_use.look_over_lately(at=now)
    reviews.draw_due(at=now)
    reviews.tell_late(at=now)
    weeks.tell_due(at=now)


@house_task
@shared_task
def verify_logs_everywhere() -> None:
    """Every municipality's turn."""
    to_each(verify_log)


@shared_task
def verify_log(*, municipality_code: str) -> None:
    """Verify one municipality's access log."""
    del municipality_code
    lookouts.verify(at=timezone.now())
