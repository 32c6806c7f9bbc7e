"""Verb and questions of the access log's chain (閲覧記録の連鎖).

A trigger notes each new line as unlinked in the line's own transaction, so a link takes exactly
what is committed and in no link yet: a line that commits late is in a later link, never lost.
Ids and clocks of lines decide nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connections
from django.db.models import Count, Min

from privacy import chain
from privacy.models import ChainLink, UnlinkedEntry
from tenancy.current import current, municipality_atomic

_IN_TURN: Final = 812_101
_LINES = f"COPY (SELECT {chain.LINE} FROM privacy_accessentry e WHERE e.id = ANY(%s) ORDER BY e.id) TO STDOUT"


def append(*, at: datetime) -> ChainLink | None:
    """Bind every unlinked line into one new link; None where nothing waits."""
    if not UnlinkedEntry.objects.exists():
        return None
    with municipality_atomic():
        _wait_for_turn()
        entry_ids = _take_unlinked()
        if not entry_ids:
            return None
        before = newest()
        title = chain.Title(
            municipality_code=current().code,
            number=before.number + 1 if before else 1,
            entries=len(entry_ids),
            through=(before.through if before else 0) + len(entry_ids),
            linked_at=max(at, before.linked_at) if before else at,
        )
        digest = chain.begun(bytes(before.head) if before else chain.FIRST, title)
        for line in _lines(entry_ids):
            digest.update(line)
        return ChainLink.objects.create(
            number=title.number,
            entry_ids=entry_ids,
            entries=title.entries,
            through=title.through,
            head=digest.digest(),
            linked_at=title.linked_at,
        )


def newest() -> ChainLink | None:
    """The last link, without its list of lines."""
    return ChainLink.objects.defer("entry_ids").order_by("-number").first()


@dataclass(frozen=True)
class Backlog:
    """What no link holds yet."""

    entries: int
    oldest_at: datetime | None

    def is_late(self, *, at: datetime, seconds: float) -> bool:
        """Whether a line has waited for longer than this."""
        return self.oldest_at is not None and (at - self.oldest_at).total_seconds() > seconds


def backlog() -> Backlog:
    """How many lines wait to be linked, and since when the oldest does."""
    waiting = UnlinkedEntry.objects.aggregate(entries=Count("pk"), oldest=Min("noted_at"))
    return Backlog(waiting["entries"], waiting["oldest"])


def _wait_for_turn() -> None:
    with connections[current().database].cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s::int, %s::int)", [_IN_TURN, int(current().code)]
        )


def _take_unlinked() -> list[int]:
    with connections[current().database].cursor() as cursor:
        cursor.execute("DELETE FROM privacy_unlinkedentry RETURNING entry_id")
        return sorted(entry_id for (entry_id,) in cursor.fetchall())


def _lines(entry_ids: list[int]) -> Iterator[bytes]:
    with connections[current().database].cursor() as cursor:
        with cursor.copy(_LINES, [entry_ids]) as copy:
            for line in copy:
                yield bytes(line)
