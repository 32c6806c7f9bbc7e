"""Verbs on watch marks: set, lift; and the ward's list of them (見守りの印)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from booking import residents
from booking.models import Voucher
from callcentre.models import WatchMark
from callcentre.refusals import Refused
from privacy import access_log, masking
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

SHOWN: Final = 200


class NotTheWard(Refused):
    """Only the ward marks records."""

    words = _("見守りの指定は区の職員だけができます。")


class NobodyMarked(Refused):
    """The number belongs to nobody, or to several."""

    words = _("一人に決まりません。接種券番号で指定してください。")


class AlreadyMarked(Refused):
    """There is a mark already."""

    words = _("この方の記録は、すでに見守りに指定されています。")


class NotMarked(Refused):
    """The mark was lifted before."""

    words = _("この指定はすでに解除されています。")


class ReasonNeeded(Refused):
    """Why must be written down."""

    words = _("理由を入力してください。")


@dataclass(frozen=True)
class Line:
    """One mark on the ward's list; nobody is named."""

    mark: WatchMark
    voucher: str


def set_on(*, number: str, reason: str, by: Staff, at: datetime) -> WatchMark:
    """Mark one record; from the commit on it opens with a supervisor only."""
    _refuse(reason, by=by)
    found = residents.find(number=number)
    if len(found) != 1:
        raise NobodyMarked
    try:
        with municipality_atomic():
            mark = WatchMark.objects.create(
                resident=found[0].resident, reason=reason.strip(), set_by=by, set_at=at
            )
            # Whom it is about stands in the mark alone: a log names no marked person.
            access_log.record(what="watch_mark_set", by=by, at=at)
    except IntegrityError as clash:
        if violates(clash, "watch_mark_once"):
            raise AlreadyMarked from clash
        raise
    return mark


def lift(*, mark_id: UUID, reason: str, by: Staff, at: datetime) -> WatchMark:
    """Take a mark back; who set it, who lifted it and why stay."""
    _refuse(reason, by=by)
    with municipality_atomic():
        row = WatchMark.objects.select_for_update().filter(pk=mark_id).first()
        if row is None or row.lifted_at is not None:
            raise NotMarked
        row.lifted_by, row.lifted_at, row.lift_reason = by, at, reason.strip()
        row.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
        access_log.record(what="watch_mark_lifted", by=by, at=at)
    return row


def standing_ones() -> list[Line]:
    """Every mark that stands, by the end of the voucher's number."""
    rows = list(WatchMark.objects.filter(lifted_at__isnull=True).select_related("set_by")[:SHOWN])
    vouchers = Voucher.objects.filter(resident__in=[row.resident_id for row in rows])
    numbers = {one.resident_id: one.voucher_number for one in vouchers.order_by("is_live")}
    return [Line(row, masking.tail(numbers.get(row.resident_id, ""))) for row in rows]


def lifted_ones() -> list[WatchMark]:
    """The last fifty that were lifted."""
    rows = WatchMark.objects.filter(lifted_at__isnull=False)
    return list(rows.select_related("set_by", "lifted_by").order_by("-lifted_at")[:50])


def is_on(resident_id: UUID) -> bool:
    """Whether a record opens with a supervisor only."""
    return WatchMark.objects.filter(resident_id=resident_id, lifted_at__isnull=True).exists()


def _refuse(reason: str, *, by: Staff) -> None:
    if not by.may(Permission.MARK_RECORDS):
        raise NotTheWard
    if not reason.strip():
        raise ReasonNeeded
