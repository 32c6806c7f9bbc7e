"""Do counters, ledger and live reservations agree (枠の突合)? And the settling of a difference."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connections
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from booking.models import Reservation
from privacy import alerts
from privacy.alerts import Matter
from privacy.models import Alert
from tenancy import live
from tenancy.current import current, municipality_atomic, on_commit
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
class Offers:
    """Open offers of the waiting list beside the holds that must stand behind them."""

    open: int
    without_hold: int
    without_offer: int

    @property
    def wrong(self) -> int:
        """How many stand alone."""
        return self.without_hold + self.without_offer


@dataclass(frozen=True)
class Comparison:
    """What one look found: counters against reservations and the ledger, offers against holds."""

    wrong: list[Difference]
    unexplained: list[ledger.Difference]
    offers: Offers

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


# An offer that nobody answered in time may have lost its place until the minute's sweep: its hold
# ran out. A hold of an offer that ended keeps a place from everybody.
OFFERS = """
SELECT count(*) FILTER (WHERE o.state = 'open'),
    count(*) FILTER (WHERE o.state = 'open' AND o.until > %(at)s AND h.id IS NULL),
    count(*) FILTER (WHERE o.state <> 'open' AND h.id IS NOT NULL)
FROM booking_waitinglistoffer o
LEFT JOIN venues_hold h ON h.holder_id = o.id AND h.bucket_id = o.bucket_id
WHERE o.state = 'open' OR h.id IS NOT NULL
"""


def offers(*, at: datetime) -> Offers:
    """Every open offer has its hold, and every hold of an offer an open offer; in one snapshot."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(OFFERS, {"at": at})
        return Offers(*cursor.fetchone())


def compare(*, at: datetime) -> Comparison:
    """Counters against reservations and ledger, offers against holds; nothing is written."""
    return Comparison(differences(), ledger.differences(), offers(at=at))


def look(*, at: datetime) -> Comparison:
    """Compare; where anything differs, freeze every increase of capacity and raise an alert."""
    found = compare(at=at)
    if found.buckets:
        note = f"live {len(found.wrong)}, ledger {len(found.unexplained)}"
        freezes.begin(found=len(found.buckets), note=note, at=at)
    if found.offers.wrong:
        note = f"offers {found.offers.without_hold}, holds {found.offers.without_offer}"
        matter = Matter(Alert.Kind.COUNTS, "offers", found.offers.wrong, usual=0, note=note)
        alerts.raise_about(matter, at=at)
    return found


def settle(*, reason: str, by: Staff, at: datetime) -> int:
    """Set counters to the live reservations, enter what the ledger lacks, end the freeze; how many.

    Refuses where more people are booked than there are places: no counter can say that.
    """
    kept = checked_reason(reason)
    with municipality_atomic():
        found = compare(at=at).buckets
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
