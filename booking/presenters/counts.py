"""The comparison of counters, ledger and reservations as a person reads it (枠の突合)."""

from dataclasses import dataclass

from django.utils.timezone import localtime

from booking.counts import Comparison
from venues.models import Bucket, CapacityFreeze

SHOWN = 200


@dataclass(frozen=True)
class Line:
    """One bucket that is counted wrong."""

    bucket: Bucket
    live: str
    entered: str

    @property
    def where(self) -> str:
        """The venue, day and time."""
        slot = self.bucket.slot
        return f"{slot.opening.venue} {localtime(slot.starts_at):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class CountsPage:
    """All that the page shows."""

    found: Comparison
    freeze: CapacityFreeze | None
    freezes: list[CapacityFreeze]

    @property
    def lines(self) -> list[Line]:
        """The buckets that differ, the first of them."""
        wrong = {one.bucket_id: one for one in self.found.wrong}
        entered = {one.bucket_id: one.entered for one in self.found.unexplained}
        rows = Bucket.objects.filter(pk__in=self.found.buckets[:SHOWN])
        lines = []
        for row in rows.select_related("slot__opening__venue").order_by("slot__starts_at", "pk"):
            one, sums = wrong.get(row.pk), entered.get(row.pk)
            lines.append(
                Line(
                    row,
                    str(one.live if one else row.taken),
                    f"{sums.taken} / {sums.capacity}" if sums else f"{row.taken} / {row.capacity}",
                )
            )
        return lines

    @property
    def count(self) -> int:
        """How many differ."""
        return len(self.found.buckets)
