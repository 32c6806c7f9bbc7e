"""Numbers that check themselves (検査数字): municipality codes and the national twelve digits."""

import re
import unicodedata
from typing import Final

_CODE: Final = re.compile(r"[0-9]{6}")
_CODE_WEIGHTS: Final = (6, 5, 4, 3, 2)
_TWELVE: Final = re.compile(r"[0-9]{12}")
_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_GLUE: Final = re.compile(r"[\s\-‐‑‒–—―−－ーｰ_.．・\u00ad\u200b-\u200f\u2060\ufeff]+")
_NOISE: Final = re.compile(r"[\W_]+")

#: Headers that may stand on no file that leaves for the platform, nor on the ledger of vaccinations.
NATIONAL_HEADERS: Final = ("個人番号", "マイナンバー", "mynumber")
FORBIDDEN_HEADERS: Final = (
    *NATIONAL_HEADERS,
    "宛名番号",
    "住民番号",
    "住民票コード",
    "予診",
    "問診",
)


def is_code(text: str) -> bool:
    """Whether six digits form a municipality code with the right check digit."""
    if _CODE.fullmatch(text) is None:
        return False
    total = sum(int(digit) * w for digit, w in zip(text[:5], _CODE_WEIGHTS, strict=True))
    return str((11 - total % 11) % 10) == text[5]


def is_national(digits: str) -> bool:
    """Whether twelve digits carry the right check digit."""
    if _TWELVE.fullmatch(digits) is None:
        return False
    remainder = sum(w * int(d) for w, d in zip(_WEIGHTS, digits[:11], strict=True)) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def may_be_national(cell: str) -> bool:
    """Whether a whole cell, without its gaps and narrowed, is such a number."""
    if len(cell) < 12:
        return False
    return is_national(_GLUE.sub("", unicodedata.normalize("NFKC", cell)))


def forbidden_header(header: str, *, among: tuple[str, ...] = FORBIDDEN_HEADERS) -> str | None:
    """The forbidden item a header names, however it is spaced or wide; None if it names none."""
    folded = _NOISE.sub("", unicodedata.normalize("NFKC", header)).casefold()
    return next((item for item in among if item in folded), None)
