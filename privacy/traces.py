"""Question: what was seen and done about one resident, by one account, during one call?

The access log is one source; reservation events, messages and calls are told by the storeys above,
which stand in the settings. A trace says that something was done, never what was written in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from privacy.acts import words_of
from privacy.models import AccessEntry

MOST: Final = 5_000  # lines of one question; beyond that a shorter time is asked for


@dataclass(frozen=True)
class Asked:
    """Whose, by whom, during which call, from when until when; what is None is not asked."""

    resident_id: UUID | None = None
    staff_id: UUID | None = None
    call_id: UUID | None = None
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True)
class Trace:
    """One thing that happened; acts and ids only."""

    happened_at: datetime
    source: str | Promise
    what: str | Promise
    staff_id: UUID | None = None
    role: str = ""
    resident_id: UUID | None = None
    call_id: UUID | None = None
    why: str | Promise = ""
    network: str = ""
    request_id: str = ""
    count: int = 1
    succeeded: bool = True


type Source = Callable[[Asked, int], tuple[int, list[Trace]]]


def between[M: Model](rows: "QuerySet[M]", column: str, asked: Asked) -> "QuerySet[M]":
    """Rows of the time that is asked for, newest first."""
    if asked.begins:
        rows = rows.filter(**{f"{column}__gte": asked.begins})
    if asked.ends:
        rows = rows.filter(**{f"{column}__lt": asked.ends})
    return rows.order_by(f"-{column}", "-pk")


def of_log(asked: Asked, most: int) -> tuple[int, list[Trace]]:
    """The access log's own lines."""
    wanted = {
        name: value
        for name in ("resident_id", "staff_id", "call_id")
        if (value := getattr(asked, name)) is not None
    }
    rows = between(AccessEntry.objects.filter(**wanted), "happened_at", asked)
    return rows.count(), [_of_entry(entry) for entry in rows[:most]]


def _of_entry(entry: AccessEntry) -> Trace:
    return Trace(
        happened_at=entry.happened_at,
        source=_("閲覧記録"),
        what=words_of(entry.what),
        staff_id=entry.staff_id,
        role=entry.role,
        resident_id=entry.resident_id,
        call_id=entry.call_id,
        why=entry.why,
        network=entry.network,
        request_id=entry.request_id,
        count=entry.count,
        succeeded=entry.succeeded,
    )


class Timeline:
    """Every source's traces in one order, newest first; read only as far as somebody turns pages."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._sources: list[Source] = [of_log, *map(import_string, settings.WAKU_TRACES)]
        self.found = sum(source(asked, 0)[0] for source in self._sources)

    @property
    def is_cut(self) -> bool:
        """Whether there is more than is ever shown."""
        return self.found > MOST

    def __len__(self) -> int:
        return min(self.found, MOST)

    def __getitem__(self, wanted: slice, /) -> list[Trace]:
        last = min(wanted.stop, MOST)
        traces = [trace for source in self._sources for trace in source(self._asked, last)[1]]
        # Sorting keeps the order of the sources where moments are the same.
        traces.sort(key=lambda trace: trace.happened_at, reverse=True)
        return traces[wanted.start or 0 : last]
