"""Verbs on allowances (超過枠): sign, agree, take back.

Overbooking is a number that somebody signed: never a negative counter, never a dummy booking.
"""

from datetime import datetime

from django.db import IntegrityError
from django.db.models import QuerySet

from shared.database import violates
from tenancy import history, live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from tenancy.permissions import Permission
from venues import freezes, slots
from venues.freed import places_freed
from venues.models import Allowance, Bucket, Opening, PlaceEntry, SigningRule
from venues.refusals import (
    AllowanceMakesNoSense,
    AllowanceWaits,
    ChangedMeanwhile,
    MayNotSign,
    TwoPeople,
    checked_reason,
)
from venues.slots import MOST_ABOVE


def needs_two() -> bool:
    """Whether the ward asks for a second signature; it does unless it has said otherwise."""
    row = SigningRule.objects.filter(pk=1).first()
    return row is None or row.allowance_needs_two


def set_needs_two(*, wanted: bool, reason: str, by: Staff, at: datetime) -> None:
    """Say whether one signature is enough; who, when and why stay with it."""
    if not by.may(Permission.EDIT_RULES):
        raise MayNotSign
    kept = checked_reason(reason)
    with municipality_atomic():
        row = SigningRule.objects.filter(pk=1).first() or SigningRule()
        row.allowance_needs_two = wanted
        history.save(row, reason=kept, by=by, at=at)


def sign(
    *, bucket: Bucket, places: int, until: datetime, reason: str, by: Staff, at: datetime
) -> Allowance:
    """Sign for places above a bucket's capacity until a moment; none ends what there is.

    In force at once where one signature is enough; ending or lowering needs one only.
    """
    if not by.may(Permission.SIGN_PLACES):
        raise MayNotSign
    kept = checked_reason(reason)
    if not 0 <= places <= MOST_ABOVE or (places and not at < until <= bucket.slot.ends_at):
        raise AllowanceMakesNoSense
    try:
        with municipality_atomic():
            slots.lock(bucket_ids=[bucket.pk])
            now = Bucket.objects.get(pk=bucket.pk)
            row = Allowance.objects.create(
                bucket=bucket, places=places, until=until, reason=kept, signed_by=by, signed_at=at
            )
            grows = places > (now.allowance if (now.allowance_until or at) > at else 0)
            if not (grows and needs_two()):
                _put_in_force(row, by=by, at=at)
            return row
    except IntegrityError as clash:
        if violates(clash, "allowance_one_waiting"):
            raise AllowanceWaits from clash
        raise


def agree(*, allowance: Allowance, by: Staff, at: datetime) -> Allowance:
    """Agree to what a colleague signed for; it is in force at once."""
    if not by.may(Permission.SIGN_PLACES):
        raise MayNotSign
    with municipality_atomic():
        row = Allowance.objects.select_for_update(of=("self",)).get(pk=allowance.pk)
        if row.in_force_since is not None or row.refused_at is not None:
            raise ChangedMeanwhile
        if row.signed_by_id == by.pk:
            raise TwoPeople
        if row.until <= at:
            raise AllowanceMakesNoSense
        row.agreed_by, row.agreed_at = by, at
        _put_in_force(row, by=by, at=at)
    return row


def refuse(*, allowance: Allowance, by: Staff, at: datetime) -> bool:
    """Take back what was signed for and is not in force; False where it is too late."""
    if not by.may(Permission.SIGN_PLACES):
        raise MayNotSign
    rows = Allowance.objects.filter(pk=allowance.pk, in_force_since=None, refused_at=None)
    return rows.update(refused_at=at) == 1


def of_opening(opening: Opening) -> QuerySet[Allowance]:
    """What was signed for on a day, newest first."""
    rows = Allowance.objects.filter(bucket__slot__opening=opening)
    rows = rows.select_related("bucket__slot", "signed_by", "agreed_by")
    return rows.order_by("-signed_at", "-pk")


def find(pk: int) -> Allowance | None:
    """One allowance."""
    return Allowance.objects.select_related("bucket__slot__opening").filter(pk=pk).first()


def _put_in_force(row: Allowance, *, by: Staff, at: datetime) -> None:
    slots.lock(bucket_ids=[row.bucket_id])
    bucket = Bucket.objects.get(pk=row.bucket_id)
    # Whoever was booked by the former one stays: it is never lowered below what it carries.
    carried = max(0, bucket.taken + bucket.held - bucket.capacity)
    wanted = max(row.places, carried)
    if wanted > bucket.allowance:
        freezes.refuse_increase()
    change = wanted - bucket.allowance
    Bucket.objects.filter(pk=bucket.pk).update(
        allowance=wanted, allowance_until=row.until if row.places else None
    )
    PlaceEntry.objects.create(
        bucket=bucket, what=PlaceEntry.What.ALLOWED, allowance=change, reason=row.reason,
        done_by=by, happened_at=at,
    )  # fmt: skip
    row.in_force_since = at
    row.save()
    if change > 0:
        places_freed(bucket_ids=[bucket.pk], at=at)
    on_commit(live.stir)
