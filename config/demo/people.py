"""Who a visitor of the demo can be: its accounts, and a few of its dummy residents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from booking import reservations
from booking.eligibility import Group
from booking.models import Voucher
from booking.rulebook import rulebook
from config.demo import one_time_codes
from config.demo.cast import PASSWORD
from shared.calendar import format_wareki
from tenancy.models import Staff

OF_EACH_GROUP: Final = 4
LOOKED_AT: Final = 400  # among so many there are some of every group


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
    """One dummy resident with everything a caller would answer, and how they stand."""

    voucher_number: str
    name: str
    born_on: str
    address: str
    group: str
    standing: object
    tone: str


def accounts() -> list[Account]:
    """Every account in force, in the order of the cast."""
    now = one_time_codes.codes()
    return [
        Account(one.login_name, one.display_name, one.get_role_display(), now[one.login_name])
        for one in Staff.objects.filter(is_active=True).order_by("created_at")
        if one.login_name in now
    ]


def residents(*, at: datetime) -> list[DummyResident]:
    """A few of every priority group, always the same ones."""
    shown: dict[str, list[DummyResident]] = {}
    groups = rulebook().groups
    for voucher in _vouchers():
        born_on = voucher.resident.born_on
        group = next((one for one in groups if born_on and one.holds(born_on)), None)
        if group is not None and len(shown.setdefault(group.name, [])) < OF_EACH_GROUP:
            shown[group.name].append(_resident(voucher, group, at=at))
    return [one for group in groups for one in shown.get(group.name, [])]


def _vouchers() -> list[Voucher]:
    live = Voucher.objects.filter(
        is_live=True, resident__is_dummy=True, resident__status_flag="0"
    ).select_related("resident")
    return list(live.order_by("issued_at", "id")[:LOOKED_AT])


def _resident(voucher: Voucher, group: Group, *, at: datetime) -> DummyResident:
    who = voucher.resident
    numbers = [one.reservation_number for one in reservations.live_of(who.pk)]
    standing: object
    if numbers:
        standing, tone = " ".join(numbers), "info"
    elif group.bookable_from > at:
        standing, tone = _("受付前"), "caution"
    else:
        standing, tone = _("予約できます"), "positive"
    return DummyResident(
        voucher_number=voucher.voucher_number,
        name=who.name,
        born_on=f"{who.born_on:%Y-%m-%d} ({format_wareki(who.born_on)})",
        address=who.address,
        group=group.name,
        standing=standing,
        tone=tone,
    )
