"""Do counters, ledger and live reservations agree (枠の突合)? And the settling of a difference."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from booking.models import Reservation
from tenancy import live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from venues import freezes, ledger, slots
from venues.models import Bucket, Hold, PlaceEntry
from venues.refusals import StillOver, checked_reason


@dataclass(frozen=True)
class Difference:
    """A bucket whose counters do not agree with its reservations and holds."""

    bucket_id: int
    taken: int
    live: int
    held: int = 0
    holds: int = 0


@dataclass(frozen=True)
class Comparison:
    """What one look found: counters against reservations, and against the ledger."""

    wrong: list[Difference]
    unexplained: list[ledger.Difference]

    @property
    def buckets(self) -> list[int]:
        """Every bucket that is counted wrong in one way or the other."""
        found = {one.bucket_id for one in self.wrong}
        return sorted(found | {one.bucket_id for one in self.unexplained})


def differences() -> list[Difference]:
    """Every bucket that counts wrong; none is right.

    One statement, one snapshot: a claim commits counter and reservation together, so bookings of
    the same moment never look like a difference. Nothing is mended here: a person must look.
    """
    kept = Hold.objects.filter(bucket=OuterRef("pk")).order_by().values("bucket")
    rows = Bucket.objects.annotate(
        live=Count("reservations", filter=Q(reservations__is_live=True)),
        kept=Coalesce(Subquery(kept.annotate(count=Count("pk")).values("count")), 0),
    )
    wrong = rows.exclude(taken=F("live"), held=F("kept")).order_by("pk")
    return [Difference(*row) for row in wrong.values_list("pk", "taken", "live", "held", "kept")]


def compare() -> Comparison:
    """Counters against reservations and ledger; nothing is written."""
    return Comparison(differences(), ledger.differences())


def look(*, at: datetime) -> Comparison:
    """Compare; where anything differs, freeze every increase of capacity and raise an alert."""
    found = compare()
    if found.buckets:
        note = f"live {len(found.wrong)}, ledger {len(found.unexplained)}"
        freezes.begin(found=len(found.buckets), note=note, at=at)
    return found


def settle(*, reason: str, by: Staff, at: datetime) -> int:
    """Set counters to the live reservations, enter what the ledger lacks, end the freeze; how many.

    Refuses where more people are booked than there are places: no counter can say that.
    """
    kept = checked_reason(reason)
    with municipality_atomic():
        found = compare().buckets
        slots.lock(bucket_ids=found)
        rows = Reservation.objects.filter(bucket_id__in=found, is_live=True)
        counted = dict(rows.values_list("bucket_id").annotate(count=Count("pk")))
        waiters = Hold.objects.filter(bucket_id__in=found).values_list("bucket_id")
        held = dict(waiters.annotate(count=Count("pk")))
        for bucket in Bucket.objects.filter(pk__in=found):
            there, waiting = counted.get(bucket.pk, 0), held.get(bucket.pk, 0)
            if there + waiting > bucket.capacity + bucket.allowance:
                raise StillOver
            Bucket.objects.filter(pk=bucket.pk).update(taken=there, held=waiting)
        for one in ledger.differences():
            if one.bucket_id in found:
                PlaceEntry.objects.create(
                    bucket_id=one.bucket_id, what=PlaceEntry.What.SETTLED, reason=kept, done_by=by,
                    happened_at=at, **one.missing,
                )  # fmt: skip
        freezes.clear(reason=kept, by=by, at=at)
        on_commit(live.stir)
    return len(found)
