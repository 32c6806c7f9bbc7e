"""Telephone numbers of Japan: how they are stored, shown, and which may be called or texted."""

import enum
import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat, PhoneNumberType

JAPAN = 81
EMERGENCY = frozenset({"110", "118", "119", "#7119", "#8000", "#9110", "7119"})
_EXTENSION = re.compile(r"(内線|内|EXT\.?|X)[:.]?(?P<digits>\d{1,7})$")
_WITHHOLD = re.compile(r"^\(?(184|186)\)?-?(?=0)")
_MOBILE = re.compile(r"\+81[6789]0\d{8}")
_DASHES = re.compile(r"[‐‑‒–—―−ー－ｰ]")


class PhoneKind(enum.StrEnum):
    """What sort of line a number is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"

    @property
    def takes_texts(self) -> bool:
        """Whether SMS reaches it; only mobile numbers do."""
        return self is PhoneKind.MOBILE


@dataclass(frozen=True)
class Phone:
    """A number that a person can be called on."""

    e164: str
    national: str
    kind: PhoneKind
    extension: str = ""

    def __str__(self) -> str:
        return self.national


class PhoneRefused(ValueError):
    """A number we may not keep; `words` say why and what to give instead."""

    words: str | Promise = _(
        "電話番号を確かめてください。市外局番から10桁または11桁で入力してください。"
    )

    def __init__(self) -> None:
        super().__init__(str(self.words))


class NotANumber(PhoneRefused):
    """Nothing that is a telephone number of Japan."""


class TollFree(PhoneRefused):
    """0120 and 0800: a company's number, nobody's own."""

    words = _("0120・0800で始まる番号は登録できません。ご本人につながる番号を入力してください。")


class SharedCost(PhoneRefused):
    """0570: the caller pays extra."""

    words = _("0570で始まる番号は登録できません。ご本人につながる番号を入力してください。")


class PremiumRate(PhoneRefused):
    """0990: the called party earns."""

    words = _("0990で始まる番号は登録できません。ご本人につながる番号を入力してください。")


class Machine(PhoneRefused):
    """020: machines and pagers."""

    words = _("020で始まる番号は登録できません。通話できる番号を入力してください。")


class Emergency(PhoneRefused):
    """110, 118, 119 and their like."""

    words = _("緊急通報などの番号は登録できません。ご本人につながる番号を入力してください。")


class Foreign(PhoneRefused):
    """A number of another country."""

    words = _("海外の電話番号は登録できません。日本国内の番号を入力してください。")


_KINDS = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneKind.LANDLINE,
    PhoneNumberType.VOIP: PhoneKind.VOIP,
}
_REFUSALS: dict[int, type[PhoneRefused]] = {
    PhoneNumberType.TOLL_FREE: TollFree,
    PhoneNumberType.UAN: SharedCost,
    PhoneNumberType.SHARED_COST: SharedCost,
    PhoneNumberType.PREMIUM_RATE: PremiumRate,
    PhoneNumberType.PAGER: Machine,
}


def parse(words: str) -> Phone:
    """Read a number as people type it or a carrier sends it, or refuse with a reason."""
    digits, extension = _split_extension(_fold(words))
    if digits in EMERGENCY:
        raise Emergency
    digits = _WITHHOLD.sub("", digits)
    _refuse_machine(digits)
    try:
        number = phonenumbers.parse(digits, "JP")
    except phonenumbers.NumberParseException:
        raise NotANumber from None
    if number.country_code != JAPAN:
        raise Foreign
    if not phonenumbers.is_valid_number(number):
        raise NotANumber
    return _phone(number, extension=extension)


def _phone(number: phonenumbers.PhoneNumber, *, extension: str) -> Phone:
    line = phonenumbers.number_type(number)
    if line not in _KINDS:
        raise _REFUSALS.get(line, NotANumber)
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        national=phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
        kind=_KINDS[line],
        extension=extension,
    )


def takes_texts(e164: str) -> bool:
    """Whether a stored number is a mobile one (060, 070, 080, 090), which SMS reaches."""
    return _MOBILE.fullmatch(e164) is not None


def national(e164: str) -> str:
    """A stored number as people read it; anything else as it is."""
    try:
        number = phonenumbers.parse(e164, "JP")
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def _fold(words: str) -> str:
    half = _DASHES.sub("-", unicodedata.normalize("NFKC", words)).upper()
    return re.sub(r"\s+", "", half)


def _split_extension(folded: str) -> tuple[str, str]:
    found = _EXTENSION.search(folded)
    if not found:
        return folded, ""
    return folded[: found.start()].rstrip("-("), found["digits"]


def _refuse_machine(digits: str) -> None:
    # The metadata knows the 11-digit pager form only; the 14-digit machine form (0200…) is
    # "invalid" there, and a person deserves the clearer sentence for both.
    plain = re.sub(r"\D", "", digits)
    plain = "0" + plain.removeprefix("81").removeprefix("0") if plain.startswith("81") else plain
    if plain.startswith("020") and len(plain) in {11, 14}:
        raise Machine
