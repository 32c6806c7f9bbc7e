"""Question: which resident is this? By blind index only; no wildcard, five hits at most (S-50)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from unicodedata import normalize
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking import ocr_line, reservation_numbers
from booking.models import Reservation, Resident, Voucher
from booking.ocr_line import NotALine, NotAVoucherNumber, OcrLine
from privacy.fields import blind_index
from shared import phone
from tenancy.current import current

MOST_FOUND: Final = 5
_NW7: Final = re.compile(r"[A-D]([0-9]+)[A-D]")


class How(StrEnum):
    """By what somebody was found."""

    VOUCHER = "voucher"
    RESERVATION = "reservation"
    PHONE = "phone"
    NAME = "name"


@dataclass(frozen=True)
class Found:
    """A resident and by what; a dead voucher finds its resident too, and is told."""

    resident: Resident
    how: How
    voucher_is_live: bool = True


class FindRefused(Exception):
    """Nobody can be looked for so; `words` say what to ask the caller for."""

    words: str | Promise = _(
        "接種券番号、予約番号、電話番号のどれか、または氏名と生年月日で探せます。"
    )

    def __init__(self, words: str | Promise | None = None) -> None:
        super().__init__(str(words or self.words))
        if words is not None:
            self.words = words


class NothingToFindBy(FindRefused):
    """Neither a number nor a name with a date of birth was given."""


class NameAlone(FindRefused):
    """A name finds nobody without the date of birth."""

    words = _("氏名で探すときは、生年月日も入力してください。")


class NotANumberOfOurs(FindRefused):
    """What was typed is no voucher, reservation or telephone number."""

    words = _(
        "接種券番号（10桁）、読み取った番号（18桁）、予約番号、電話番号のどれでもありません。"
    )


class OtherMunicipality(FindRefused):
    """The voucher was issued elsewhere and nobody on this list holds it."""

    words = _("ほかの自治体の接種券です。発行した自治体の窓口をご案内してください。")


class TooManyFound(FindRefused):
    """More than five people share what was typed."""

    words = _("該当する方が多すぎます。接種券番号、または氏名と生年月日で探してください。")


def find(*, number: str = "", name: str = "", born_on: date | None = None) -> list[Found]:
    """Whom a number, or else an exact name with a date of birth, belongs to; or a refusal.

    The number is a scanned line of 18 digits, a voucher number of 10, a reservation number or a
    telephone number. Nothing is searched but blind indexes and the reservation number.
    """
    if number.strip():
        found = _by_number(number)
    elif name.strip() and born_on is not None:
        found = _by_name(name, born_on)
    elif name.strip():
        raise NameAlone
    else:
        raise NothingToFindBy
    if len(found) > MOST_FOUND:
        raise TooManyFound
    return found


def _by_number(number: str) -> list[Found]:
    reserved = reservation_numbers.read(number)
    if reserved is not None:
        return _by_reservation(reserved)
    line, refused = _line(number)
    if line is not None and line.municipality_code:
        return _by_line(line.voucher_number, line.municipality_code)
    found = _by_voucher(line.voucher_number) if line is not None else []
    # Ten digits may be a voucher or a landline: the voucher is asked first.
    e164 = "" if found else _telephone(number)
    if line is None and not e164:
        raise FindRefused(refused.words) if isinstance(refused, NotALine) else NotANumberOfOurs
    return found or (_by_phone(e164) if e164 else [])


def _line(number: str) -> tuple[OcrLine | None, NotAVoucherNumber | None]:
    # A hand scanner of NW-7 codes may send the start and stop letters along.
    scanned = _NW7.fullmatch(normalize("NFKC", number).strip().upper())
    try:
        return ocr_line.read(scanned.group(1) if scanned else number), None
    except NotAVoucherNumber as refused:
        return None, refused


def _telephone(number: str) -> str:
    # Nine digits of a voucher are not a telephone number that lost its leading nought.
    if not normalize("NFKC", number).strip().startswith(("0", "+", "(0")):
        return ""
    try:
        return phone.parse(number).e164
    except phone.PhoneRefused:
        return ""


def _by_line(number: str, issuer_code: str) -> list[Found]:
    found = _by_voucher(number, issuer_code=issuer_code)
    if not found and issuer_code != current().code:
        raise OtherMunicipality
    return found


def _by_voucher(number: str, *, issuer_code: str = "") -> list[Found]:
    rows = Voucher.objects.select_related("resident")
    rows = rows.filter(number_index=blind_index("voucher", number))
    if issuer_code:
        rows = rows.filter(issuer_code=issuer_code)
    return [Found(row.resident, How.VOUCHER, row.is_live) for row in rows[: MOST_FOUND + 1]]


def _by_reservation(number: str) -> list[Found]:
    rows = Reservation.objects.select_related("resident").filter(reservation_number=number)
    return _found((row.resident for row in rows[:1]), How.RESERVATION)


def _by_phone(e164: str) -> list[Found]:
    rows = Resident.objects.filter(phone_index=blind_index("phone", e164)).order_by("id")
    return _found(rows[: MOST_FOUND + 1], How.PHONE)


def _by_name(name: str, born_on: date) -> list[Found]:
    wanted = blind_index("name_and_birth", name, born_on)
    rows = Resident.objects.filter(name_born_index=wanted).order_by("id")
    return _found(rows[: MOST_FOUND + 1], How.NAME)


def _found(residents: Iterable[Resident], how: How) -> list[Found]:
    return [Found(resident, how) for resident in residents]


def in_order(resident_ids: list[UUID]) -> list[Resident]:
    """These people in the given order; whoever is no longer on the list is left out."""
    found = {one.pk: one for one in Resident.objects.filter(pk__in=resident_ids)}
    return [found[pk] for pk in resident_ids if pk in found]


def youngest(resident_ids: Iterable[UUID]) -> date | None:
    """The latest date of birth among these residents; None where none is known."""
    people = Resident.objects.filter(pk__in=list(resident_ids)).only("id", "born_on")
    return max((one.born_on for one in people if isinstance(one.born_on, date)), default=None)


def dummies() -> int:
    """How many residents are dummy data; real people may enter only where there are none."""
    return Resident.objects.filter(is_dummy=True).count()


def flagged_among(resident_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these residents who have moved away or died."""
    rows = Resident.objects.filter(pk__in=list(resident_ids))
    rows = rows.exclude(status_flag=Resident.StatusFlag.NONE)
    return set(rows.values_list("pk", flat=True))
