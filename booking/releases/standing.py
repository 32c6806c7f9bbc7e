"""Question: how many places of each row are there, taken and free this second (放出の今)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum

from booking.models import ReleasePlan, ReleaseRow
from venues import tranches
from venues.models import Bucket


@dataclass(frozen=True)
class Stand:
    """The places a row speaks of; what other rows share counts in each of them."""

    capacity: int
    taken: int
    closed: int  # not open yet at this moment

    @property
    def free(self) -> int:
        """How many could be taken now."""
        return max(0, self.capacity - self.taken - self.closed)


def stands(plan: ReleasePlan, *, at: datetime) -> dict[int, Stand]:
    """The places of each row of a plan, by the row's id."""
    withheld = tranches.withheld(at=at)
    return {row.pk: _stand(row, withheld) for row in plan.rows.all()}


def _stand(row: ReleaseRow, withheld: dict[int, int]) -> Stand:
    buckets = covered(row)
    sums = buckets.aggregate(Sum("capacity"), Sum("taken"))
    closed = sum(withheld.get(pk, 0) for pk in buckets.values_list("pk", flat=True))
    return Stand(sums["capacity__sum"] or 0, sums["taken__sum"] or 0, closed)


def covered(row: ReleaseRow) -> QuerySet[Bucket]:
    """The buckets a row speaks of."""
    rows = Bucket.objects.filter(
        channel=row.channel, slot__opening__day__range=(row.day_from, row.day_until)
    )
    return rows.filter(slot__opening__venue_id=row.venue_id) if row.venue_id else rows
