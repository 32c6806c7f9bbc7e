"""Rule: which answers prove who is calling (本人確認). Typed by the operator, compared here.

Three different right answers, the date of birth among them. Three wrong ones, and only a call back
to the number on record or a supervisor can go on. The screen never shows what would be right.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking import reservation_numbers
from booking.ocr_line import NotAVoucherNumber
from booking.ocr_line import read as read_voucher
from privacy.normal_forms import name_and_birth
from shared import phone

NEEDED: Final = 3
TRIES: Final = 3


class Item(StrEnum):
    """One thing a caller is asked for."""

    NAME = "name"
    BORN_ON = "born_on"
    VOUCHER = "voucher"
    RESERVATION = "reservation"
    PHONE = "phone"
    ADDRESS = "address"


LABELS: Final[dict[Item, Promise]] = {
    Item.NAME: _("氏名"),
    Item.BORN_ON: _("生年月日"),
    Item.VOUCHER: _("接種券番号"),
    Item.RESERVATION: _("予約番号"),
    Item.PHONE: _("登録の電話番号"),
    Item.ADDRESS: _("住所（町名と番地）"),
}


class Verdict(StrEnum):
    """Where the check stands."""

    ASKING = "asking"
    PASSED = "passed"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Known:
    """What the record says; never sent to a screen before the check is passed."""

    name: str
    born_on: date | str
    address: str
    phone: str | None = None
    voucher_numbers: frozenset[str] = field(default_factory=frozenset)
    reservation_numbers: frozenset[str] = field(default_factory=frozenset)


Answers = Mapping[Item, str | date]


def judge(answers: Answers, known: Known) -> tuple[frozenset[Item], frozenset[Item]]:
    """Which answers are right and which are wrong; an empty one is neither."""
    given = {item: answer for item, answer in answers.items() if answer not in ("", None)}
    right = frozenset(item for item, answer in given.items() if _is_right(item, answer, known))
    return right, frozenset(given) - right


def verdict(right: frozenset[Item], *, tries: int) -> Verdict:
    """What so many right items and so many wrong tries come to."""
    if len(right) >= NEEDED and Item.BORN_ON in right:
        return Verdict.PASSED
    return Verdict.ESCALATED if tries >= TRIES else Verdict.ASKING


def _is_right(item: Item, answer: str | date, known: Known) -> bool:
    if item == Item.BORN_ON:
        return isinstance(answer, date) and answer == known.born_on
    words = str(answer)
    match item:
        case Item.NAME:
            return name_and_birth(words, "") == name_and_birth(known.name, "")
        case Item.VOUCHER:
            return _voucher(words) in known.voucher_numbers
        case Item.RESERVATION:
            return reservation_numbers.read(words) in known.reservation_numbers
        case Item.PHONE:
            return known.phone is not None and _e164(words) == known.phone
        case _:
            return _address_holds(words, known.address)


def _voucher(words: str) -> str:
    try:
        return read_voucher(words).voucher_number
    except NotAVoucherNumber:
        return ""


def _e164(words: str) -> str:
    try:
        return phone.parse(words).e164
    except phone.PhoneRefused:
        return ""


_HOUSE: Final = re.compile(r"丁目|番地の|番地|番|号|の(?=[0-9])|[‐‑‒–—―−ー－ｰ]")
_SHORTEST: Final = 4


def _address_holds(words: str, known: str) -> bool:
    """Whether the town and house number somebody said stand in the address as one piece."""
    said, stands = _folded_address(words), _folded_address(known)
    if len(said) < _SHORTEST or not re.search(r"[^0-9-]{2}", said) or not re.search(r"[0-9]", said):
        return False
    # 見本町1 must not be found in 見本町12: a house number is right whole or not at all.
    return re.search(rf"(?<![0-9]){re.escape(said)}(?![0-9])", stands) is not None


def _folded_address(words: str) -> str:
    narrow = re.sub(r"\s", "", normalize("NFKC", words))
    for number, kanji in enumerate("〇一二三四五六七八九"):
        narrow = re.sub(rf"{kanji}(?=丁目|番|号)", str(number), narrow)
    return _HOUSE.sub("-", narrow).replace("--", "-").strip("-")
