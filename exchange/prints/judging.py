"""Rule: who is printed in a mailing, and who is left out and why (S-120, S-126)."""

from dataclasses import dataclass
from datetime import date

from booking.mailings import Addressee
from booking.models import LeftOutVoucher
from exchange.address_lines import AddressTooLongError, split_address
from exchange.layouts.characters import fits_cp932, has_gaiji
from exchange.layouts.printing import PrintRow
from exchange.layouts.target_list import NO_FLAG, age_at
from shared.calendar import format_wareki

Reason = LeftOutVoucher.Reason
SCREENING, DOSE = "1", "2"


@dataclass(frozen=True)
class Terms:
    """What a mailing asks of everybody in it."""

    municipality_code: str
    bill_to: str
    age_on: date
    minimum_age: int | None
    youngest: int | None
    oldest: int | None
    all_characters: bool
    listed_since: date | None


@dataclass(frozen=True)
class Printed:
    """What is the same of a person however the envelopes are numbered."""

    cells: tuple[str, ...]

    def row(self, serial: int) -> PrintRow:
        """The row of the file."""
        return PrintRow(f"{serial:08}", *self.cells)


def judge(one: Addressee, terms: Terms) -> Reason | Printed:
    """The first reason to leave somebody out, or what is printed."""
    said = one.particulars
    if one.is_sent:
        return Reason.SENT
    if said.status_flag != NO_FLAG:
        return Reason.FLAGGED
    if one.issuer_code != terms.municipality_code:
        return Reason.OUT_OF_AREA
    if terms.listed_since and one.base_date and one.base_date < terms.listed_since:
        return Reason.STALE
    wrong_age = _age(said.born_on, terms)
    if wrong_age is not None:
        return wrong_age
    return _paper(one, terms)


def _age(born_on: str, terms: Terms) -> Reason | None:
    age = age_at(born_on, terms.age_on)
    if age is None:
        return Reason.BIRTH_UNKNOWN
    if terms.minimum_age is not None and age < terms.minimum_age:
        return Reason.UNDER_AGE
    too_young = terms.youngest is not None and age < terms.youngest
    too_old = terms.oldest is not None and age > terms.oldest
    return Reason.OTHER_AGE if too_young or too_old else None


def _paper(one: Addressee, terms: Terms) -> Reason | Printed:
    said = one.particulars
    if not said.postal_code:
        return Reason.NO_POSTAL_CODE
    words = said.name + said.address
    if has_gaiji(words):
        return Reason.GAIJI
    if not (terms.all_characters or fits_cp932(words)):
        return Reason.CHARACTERS
    try:
        lines = split_address(said.address)
    except AddressTooLongError:
        return Reason.LONG_ADDRESS
    return Printed(
        (
            one.voucher_number, said.name, said.postal_code, *lines, said.born_on,
            format_wareki(date.fromisoformat(said.born_on)), said.sex, terms.bill_to,
            one.issuer_code, *_lines(one),
        )
    )  # fmt: skip


def _lines(one: Addressee) -> tuple[str, str, str, str]:
    """Kind, dose, municipality, number: eighteen figures each."""
    whose = one.issuer_code + one.voucher_number
    return f"{DOSE}1{whose}", f"{DOSE}2{whose}", f"{SCREENING}1{whose}", f"{SCREENING}2{whose}"
