"""Rule: the one spelling under which a value is searched (検索用の正規化). Never stored readable."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

DASHES = re.compile(r"[\s\-－ー―‐−–—()（）]")


def voucher(number: str) -> str:
    """Ten half-width digits."""
    return DASHES.sub("", unicodedata.normalize("NFKC", number))


def phone(number: str) -> str:
    """E.164, as stored."""
    return number


def mail(address: str) -> str:
    """Lower case, no surrounding space."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def name_and_birth(name: str, born_on: date | str) -> str:
    """Folded name (NFKC, no spaces, hiragana to katakana, one case) and ISO date."""
    folded = unicodedata.normalize("NFKC", name)
    folded = re.sub(r"[\s・･.,'\-]", "", folded).casefold()
    katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in folded)
    return f"{katakana}|{born_on}"


FORMS: dict[str, Callable[..., str]] = {
    "voucher": voucher,
    "phone": phone,
    "mail": mail,
    "name_and_birth": name_and_birth,
}
