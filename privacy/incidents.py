"""Question: whose records were seen or changed, by whom, when and from where? (漏えい等の調査)"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from privacy.models import AccessEntry

MANY = 100  # more people than this must be reported whatever was seen


@dataclass(frozen=True)
class Scope:
    """The time, and where asked, the accounts and the residents in question."""

    begins: datetime
    ends: datetime
    staff_ids: tuple[UUID, ...] = ()
    resident_ids: tuple[UUID, ...] = ()

    def _rows(self) -> "QuerySet[AccessEntry]":
        rows = AccessEntry.objects.filter(
            happened_at__gte=self.begins, happened_at__lt=self.ends, staff_id__isnull=False
        )
        if self.staff_ids:
            rows = rows.filter(staff_id__in=self.staff_ids)
        return rows.order_by("happened_at", "pk")

    def lines(self) -> "QuerySet[AccessEntry]":
        """The lines of the access log that concern somebody."""
        rows = self._rows().filter(resident_id__isnull=False)
        return rows.filter(resident_id__in=self.resident_ids) if self.resident_ids else rows

    def in_bulk(self) -> "QuerySet[AccessEntry]":
        """What concerned many at once and names nobody: files, and searches that fitted several."""
        return self._rows().filter(Q(count__gt=1), resident_id__isnull=True)


@dataclass
class Affected:
    """One resident, and what was done with the record."""

    resident_id: UUID
    times: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    staff_ids: set[UUID] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)

    def take(self, entry: AccessEntry) -> None:
        """Count one line, later than the ones before."""
        self.times += 1
        self.first_at = self.first_at or entry.happened_at
        self.last_at = entry.happened_at
        self.acts.add(entry.what)
        if entry.staff_id:
            self.staff_ids.add(entry.staff_id)
        if entry.network:
            self.networks.add(entry.network)


def affected(scope: Scope) -> list[Affected]:
    """Everybody concerned, once each, in the order in which they were first seen."""
    found: dict[UUID, Affected] = {}
    for entry in _read(scope.lines()):
        if entry.resident_id:
            found.setdefault(entry.resident_id, Affected(entry.resident_id)).take(entry)
    return list(found.values())


def _read(rows: "QuerySet[AccessEntry]") -> Iterator[AccessEntry]:
    yield from rows.iterator(chunk_size=2_000)
