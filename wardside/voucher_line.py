"""The figures printed on a voucher (OCRライン): ten, or eighteen with type, dose and municipality.

The platform reads the same line by the same rule; tests/golden/voucher_lines.json holds both to it.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from wardside import numbers
from wardside.words import Stop, Words

_VOUCHER: Final = 10
_LINE: Final = 18
_GLUE: Final = str.maketrans("", "", " \t-‐‑‒–—―−－ー")


class NotANumber(Stop):
    """Neither ten figures nor eighteen."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "接種券の数字ではありません。10桁の番号か、18桁のOCRラインを読み取ってください。",
                "Not the figures of a voucher: scan the 10-digit number or the 18-digit line.",
            )
        )


class Misread(Stop):
    """Eighteen figures whose municipality code cannot be right."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "市町村コードの検査数字が合いません。読み取りの誤りです。もう一度読み取ってください。",
                "The check digit of the municipality code is wrong: scan again.",
            )
        )


class FromElsewhere(Stop):
    """A sound line of another municipality."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "ほかの市区町村が発行した接種券です。",
                "This voucher was issued by another municipality.",
            )
        )


@dataclass(frozen=True)
class Line:
    """What a line says; of ten figures, only the voucher number is known."""

    voucher_number: str
    municipality_code: str | None = None
    dose_number: int | None = None
    voucher_type: str | None = None


def read(typed: str) -> Line:
    """The ten figures, or all eighteen: type 1, dose 1, municipality 6, voucher number 10."""
    digits = unicodedata.normalize("NFKC", typed).translate(_GLUE).strip()
    if not (digits.isascii() and digits.isdigit()):
        raise NotANumber
    if len(digits) == _VOUCHER:
        return Line(digits)
    if len(digits) != _LINE:
        raise NotANumber
    if not numbers.is_code(digits[2:8]):
        raise Misread
    return Line(digits[8:], digits[2:8], int(digits[1]), digits[0])


def read_here(typed: str, *, municipality_code: str) -> Line:
    """The line of a voucher of this municipality, or why it is none."""
    line = read(typed)
    if line.municipality_code not in {None, municipality_code}:
        raise FromElsewhere
    return line
