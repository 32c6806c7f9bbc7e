"""Verbs on freezes of capacity (増枠の停止): begun by a wrong count, ended by a person."""

from datetime import datetime

from django.db import IntegrityError

from privacy import alerts
from privacy.alerts import Matter
from privacy.models import Alert
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues.models import CapacityFreeze
from venues.refusals import Frozen, checked_reason

SUBJECT = "places"


def begin(*, found: int, note: str, at: datetime) -> CapacityFreeze:
    """Stop every increase of capacity and raise an alert; again, it only counts anew."""
    alerts.raise_about(Matter(Alert.Kind.COUNTS, SUBJECT, found, usual=0, note=note), at=at)
    try:
        with municipality_atomic():
            return CapacityFreeze.objects.create(found=found, began_at=at)
    except IntegrityError as clash:
        if not violates(clash, "freeze_one_standing"):
            raise
    CapacityFreeze.objects.filter(cleared_at__isnull=True).update(found=found)
    return CapacityFreeze.objects.get(cleared_at__isnull=True)


def standing() -> CapacityFreeze | None:
    """The freeze that stands, if one does."""
    return CapacityFreeze.objects.filter(cleared_at__isnull=True).first()


def newest(count: int = 5) -> list[CapacityFreeze]:
    """The last ones, newest first."""
    rows = CapacityFreeze.objects.select_related("cleared_by")
    return list(rows.order_by("-began_at", "-pk")[:count])


def refuse_increase() -> None:
    """Nothing while no freeze stands; else Frozen."""
    if standing() is not None:
        raise Frozen


def clear(*, reason: str, by: Staff, at: datetime) -> bool:
    """End the freeze with a reason, in the caller's transaction; False where none stands."""
    kept = checked_reason(reason)
    rows = CapacityFreeze.objects.filter(cleared_at__isnull=True)
    return rows.update(cleared_at=at, cleared_by=by, reason=kept) == 1
