"""Question: who is expected on a day, and where (その日の予約の一覧)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from booking.models import Reservation, ReservationEvent, Resident, Voucher
from shared.calendar import day_edges
from tenancy.current import current


@dataclass(frozen=True)
class Expected:
    """One live reservation with what a venue must know about it."""

    reservation: Reservation
    resident: Resident
    issuer_code: str
    voucher_number: str
    venue_code: str
    venue_name: str
    vaccine_maker: str
    starts_at: datetime


def expected_on(*, day: date, venue_kind: str) -> Iterator[Expected]:
    """Live reservations of one day at venues of one kind, by time and reservation number."""
    begins, ends = day_edges(day)
    rows = (
        Reservation.objects.using(current().database)
        .select_related("resident", "slot__opening__venue", "slot__opening__vaccine")
        .filter(is_live=True, slot__starts_at__gte=begins, slot__starts_at__lt=ends)
        .filter(slot__opening__venue__kind=venue_kind)
        .order_by("slot__starts_at", "reservation_number")
    )
    vouchers = {
        voucher.resident_id: voucher
        for voucher in Voucher.objects.filter(
            is_live=True, resident__reservations__in=rows.order_by()
        )
    }
    for row in rows:
        voucher = vouchers.get(row.resident_id)
        opening = row.slot.opening
        yield Expected(
            reservation=row,
            resident=row.resident,
            issuer_code=voucher.issuer_code if voucher else "",
            voucher_number=voucher.voucher_number if voucher else "",
            venue_code=opening.venue.code,
            venue_name=opening.venue.name,
            vaccine_maker=opening.vaccine.maker,
            starts_at=row.slot.starts_at,
        )


def changes_since(*, day: date, venue_kind: str, since: datetime) -> "QuerySet[ReservationEvent]":
    """What came to a day or left it after a moment, in order: numbers and times, no person."""
    begins, ends = day_edges(day)
    came = Q(
        slot_after__starts_at__gte=begins, slot_after__starts_at__lt=ends,
        slot_after__opening__venue__kind=venue_kind,
    )  # fmt: skip
    left = Q(
        slot_before__starts_at__gte=begins, slot_before__starts_at__lt=ends,
        slot_before__opening__venue__kind=venue_kind,
    )  # fmt: skip
    return (
        ReservationEvent.objects.filter(came | left, happened_at__gt=since)
        .select_related("reservation", "slot_before__opening__venue", "slot_after__opening__venue")
        .order_by("happened_at", "reservation__reservation_number", "version")
    )
