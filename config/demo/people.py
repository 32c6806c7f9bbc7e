"""Who a visitor of the demo can be: its accounts, and a few of its dummy residents."""

from dataclasses import dataclass
from typing import Final

from booking.models import Voucher
from config.demo import one_time_codes
from config.demo.cast import PASSWORD
from shared.calendar import format_wareki
from shared.phone import national
from tenancy.models import Staff

SHOWN: Final = 12


@dataclass(frozen=True)
class Account:
    """One account and how to sign in with it now."""

    login_name: str
    display_name: str
    role: str
    code: str
    password: str = PASSWORD


@dataclass(frozen=True)
class DummyResident:
    """One dummy resident with everything a caller would answer."""

    voucher_number: str
    name: str
    born_on: str
    address: str
    phone: str


def accounts() -> list[Account]:
    """Every account in force, in the order of the cast."""
    now = one_time_codes.codes()
    return [
        Account(one.login_name, one.display_name, one.get_role_display(), now[one.login_name])
        for one in Staff.objects.filter(is_active=True).order_by("created_at")
        if one.login_name in now
    ]


def residents() -> list[DummyResident]:
    """A few who may book, always the same ones."""
    live = Voucher.objects.filter(
        is_live=True, resident__is_dummy=True, resident__status_flag="0"
    ).select_related("resident")
    return [_resident(one) for one in live.order_by("issued_at", "id")[:SHOWN]]


def _resident(voucher: Voucher) -> DummyResident:
    who = voucher.resident
    return DummyResident(
        voucher_number=voucher.voucher_number,
        name=who.name,
        born_on=f"{who.born_on:%Y-%m-%d} ({format_wareki(who.born_on)})",
        address=who.address,
        phone=national(who.phone) if who.phone else "",
    )
