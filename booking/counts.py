"""Question: does every bucket's `taken` equal its live reservations (夜間の突合)?"""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from venues.models import Bucket


@dataclass(frozen=True)
class Difference:
    """A bucket whose counter and reservations do not agree."""

    bucket_id: int
    taken: int
    live: int


def differences() -> list[Difference]:
    """Every bucket that counts wrong; none is right.

    One statement, one snapshot: a claim commits counter and reservation together, so bookings of
    the same moment never look like a difference. Nothing is mended here: a person must look.
    """
    rows = Bucket.objects.annotate(live=Count("reservations", filter=Q(reservations__is_live=True)))
    wrong = rows.exclude(taken=F("live")).order_by("pk")
    return [Difference(*row) for row in wrong.values_list("pk", "taken", "live")]
