"""Verb and questions of anchors (写し): the newest head goes to a second place every five minutes.

Which places there are stands in the settings; a place is used where its own setting names it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from privacy import alerts, anchor_file, chain_links
from privacy.alerts import Matter
from privacy.anchor_lines import Anchored, NotAnAnchor
from privacy.models import Alert, ChainLink, LogAnchor
from tenancy.current import current

EVERY: Final = timedelta(minutes=5)
AGAIN: Final = timedelta(minutes=1)  # after a failure

type Tell = Callable[[Anchored], str | None]


def tell_due(*, at: datetime) -> list[LogAnchor]:
    """Tell the newest head to each place whose turn it is; what failed is a fact too."""
    newest = chain_links.newest()
    if newest is None:
        return []
    told = []
    for place, name in settings.WAKU_ANCHOR_PLACES.items():
        if not _is_due(place, newest, at=at):
            continue
        tell: Tell = import_string(name)
        error = tell(_anchored(newest, at))
        if error is not None:
            told.append(_keep(place, newest, error, at=at))
    return told


def _is_due(place: str, newest: ChainLink, *, at: datetime) -> bool:
    tries = of(place)
    last, last_good = tries.first(), tries.filter(succeeded=True).first()
    if last_good and (last_good.number >= newest.number or at - last_good.told_at < EVERY):
        return False
    return last is None or last.succeeded or at - last.told_at >= AGAIN


def _anchored(link: ChainLink, at: datetime) -> Anchored:
    return Anchored(current().code, link.number, link.through, bytes(link.head), at)


def _keep(place: str, link: ChainLink, error: str, *, at: datetime) -> LogAnchor:
    if error:
        alerts.raise_about(Matter(Alert.Kind.ANCHOR, place, 1, note=error), at=at)
    return LogAnchor.objects.create(
        place=place,
        number=link.number,
        through=link.through,
        head=link.head,
        told_at=at,
        succeeded=not error,
        error_code=error[:20],
    )


def of(place: str) -> "QuerySet[LogAnchor]":
    """What one place was told, or was not, newest first."""
    return LogAnchor.objects.filter(place=place).order_by("-told_at", "-id")


def newest_told() -> LogAnchor | None:
    """The last head that reached any second place."""
    return LogAnchor.objects.filter(succeeded=True).order_by("-told_at", "-id").first()


@dataclass
class Remembered:
    """What the second places hold, and how many of the heads told to the file it no longer has."""

    anchors: list[Anchored] = field(default_factory=list)
    lost: int = 0


def remembered() -> Remembered:
    """Every head we know of: from the file itself, and from our own facts about all places."""
    facts = [
        Anchored(current().code, row.number, row.through, bytes(row.head), row.told_at)
        for row in LogAnchor.objects.filter(succeeded=True).order_by("id")
    ]
    in_file = of(LogAnchor.Place.FILE).filter(succeeded=True).count()
    if not settings.WAKU_ANCHOR_FOLDER:
        return Remembered(facts)
    try:
        lines = anchor_file.remembered(current().code)
    except (OSError, NotAnAnchor):
        return Remembered(facts, lost=max(1, in_file))
    return Remembered(lines + facts, lost=max(0, in_file - len(lines)))
