"""Whom a reference means (識別子), for the auditor; the one who asks writes it down before."""

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking import residents
from booking.models import Resident, Voucher


def find(number: str) -> UUID | None:
    """The one resident a voucher, reservation or telephone number belongs to, or None."""
    try:
        found = residents.find(number=number)
    except residents.FindRefused:
        return None
    return found[0].resident.pk if len(found) == 1 else None


def reveal(resident_id: UUID) -> list[tuple[str | Promise, str]]:
    """Name and voucher numbers; nothing where the reference means nobody (any more)."""
    resident = Resident.objects.filter(pk=resident_id).first()
    if resident is None:
        return []
    vouchers = Voucher.objects.filter(resident=resident).order_by("issued_at")
    numbers = "、".join(f"{one.issuer_code}-{one.voucher_number}" for one in vouchers)
    return [(_("氏名"), str(resident.name)), (_("接種券番号"), numbers)]


def vouchers_of(resident_ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """The newest voucher of each resident: who issued it, and its number."""
    found: dict[UUID, tuple[str, str]] = {}
    for start in range(0, len(resident_ids), 1_000):
        some = Voucher.objects.filter(resident_id__in=resident_ids[start : start + 1_000])
        for voucher in some.order_by("issued_at"):
            found[voucher.resident_id] = (voucher.issuer_code, str(voucher.voucher_number))
    return found
