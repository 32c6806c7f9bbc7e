"""Rule: the eighteen figures printed on a voucher (OCRライン), and what people type of them."""

import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenancy import codes

VOUCHER_DIGITS = 10
LINE_DIGITS = 18
_GLUE = str.maketrans("", "", " \t-‐‑‒–—―−－ー")


class NotAVoucherNumber(ValueError):
    """What was typed is neither a voucher number nor a whole OCR line; `words` say what to do."""

    words: str | Promise = _("接種券番号は数字10桁です。接種券をもう一度ご確認ください。")

    def __init__(self) -> None:
        super().__init__(type(self).__name__)


class NotALine(NotAVoucherNumber):
    """Eighteen figures whose municipality code cannot be right."""

    words = _("読み取りに誤りがあるようです。接種券番号の10桁だけを入力してください。")


@dataclass(frozen=True)
class OcrLine:
    """What a line says; typed as ten figures, only the voucher number is known."""

    voucher_number: str
    municipality_code: str | None = None
    dose_number: int | None = None
    voucher_type: str | None = None


def read(typed: str) -> OcrLine:
    """The ten figures, or all eighteen: type 1, dose 1, municipality 6, voucher number 10."""
    digits = unicodedata.normalize("NFKC", typed).translate(_GLUE).strip()
    if not (digits.isascii() and digits.isdigit()):
        raise NotAVoucherNumber
    if len(digits) == VOUCHER_DIGITS:
        return OcrLine(digits)
    if len(digits) != LINE_DIGITS:
        raise NotAVoucherNumber
    if not codes.is_valid(digits[2:8]):
        raise NotALine
    return OcrLine(
        voucher_number=digits[8:],
        municipality_code=digits[2:8],
        dose_number=int(digits[1]),
        voucher_type=digits[0],
    )
