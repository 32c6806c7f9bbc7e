"""Verbs on tranches: places of a bucket that stay closed until their moment (段階放出)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, Sum

from venues.models import Tranche


class Wanted(NamedTuple):
    """This many places of a bucket from this moment on; None: until a later plan."""

    bucket_id: int
    places: int
    opens_at: datetime | None


def plan(*, wanted: Iterable[Wanted], buckets: Iterable[int], release_plan_id: UUID) -> None:
    """Withhold these places, in the caller's transaction.

    What an earlier plan left closed without a moment in these `buckets` belongs to this plan now.
    """
    Tranche.objects.filter(bucket_id__in=list(buckets), opens_at=None).delete()
    Tranche.objects.bulk_create(
        Tranche(
            bucket_id=one.bucket_id, places=one.places, opens_at=one.opens_at,
            release_plan_id=release_plan_id,
        )
        for one in wanted
    )  # fmt: skip


def withdraw(*, release_plan_id: UUID, at: datetime) -> int:
    """Close without a moment what this plan has not opened yet; how many tranches."""
    rows = Tranche.objects.filter(release_plan_id=release_plan_id, opens_at__gt=at)
    return rows.update(opens_at=None)


def withheld(*, at: datetime) -> dict[int, int]:
    """How many places of which bucket are closed at this moment."""
    rows = Tranche.objects.filter(Q(opens_at=None) | Q(opens_at__gt=at))
    return dict(rows.values_list("bucket_id").annotate(Sum("places")))


def next_opening(*, at: datetime) -> datetime | None:
    """The next moment at which something opens."""
    rows = Tranche.objects.filter(opens_at__gt=at).order_by("opens_at")
    return rows.values_list("opens_at", flat=True).first()
