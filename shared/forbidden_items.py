"""What may never enter this house: the national twelve-digit number (マイナンバー), 宛名番号, 予診.

The twelfth digit checks the other eleven, so one random twelve-digit text in ten also looks like
such a number. We refuse and ask; we never store and wonder.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.forms import BaseForm

LENGTH: Final = 12

#: The founding document lets no party on our side hold these (S-44, S-108).
NEVER: Final = (
    "個人番号",
    "マイナンバー",
    "mynumber",
    "宛名番号",
    "住民番号",
    "住民票コード",
    "予診",
    "問診",
)

#: On no party's list of items (S-111): closed until the ward's approval is recorded.
UNAPPROVED: Final = (
    "国籍",
    "世帯",
    "続柄",
    "本籍",
    "カナ",
    "フリガナ",
    "ふりがな",
    "使用言語",
    "基礎疾患",
    "既往",
    "病歴",
    "障害",
    "障がい",
    "自由記述",
    "在留カード",
    "旅券番号",
    "被保険者",
    "保険者番号",
)

# Spaces, hyphens of every width, dots, and characters that show nothing at all.
_GLUE: Final = r"\s\-‐‑‒–—―−－ーｰ_.．・\u00ad\u200b-\u200f\u2060\ufeff"
_MAYBE: Final = re.compile(rf"\d(?:[{_GLUE}]{{0,6}}\d){{11}}")
_RUN: Final = re.compile(rf"[0-9](?:[{_GLUE}]*[0-9])*")
_GROUP: Final = re.compile(r"[0-9]+")
# A telephone number or a date before another number is not half of a twelve-digit number.
_PHONE_OR_DATE: Final = re.compile(
    r"(?<![\d-])(?:0\d-\d{4}-\d{4}|0\d{2}-\d{3,4}-\d{4}|0\d{3}-\d{2}-\d{4}|0\d{4}-\d-\d{4}"
    r"|(?:19|20)\d\d-\d\d-\d\d)(?![\d-])"
)
_NOISE: Final = re.compile(r"[\W_]+")
_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


# Signs that turn the letters round, hide between them or steer a terminal (T25); the joiners of other
# scripts and the selectors of variants stay, because names need them.
_UNSEEN: Final = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u2069\ufeff]"
)


class ForbiddenItem(Exception):
    """Something that may never enter was handed in; the text itself is not repeated."""

    words = (
        "12桁の番号(マイナンバーのおそれ)が含まれています。"
        "この番号は受け取れません。消してからもう一度お試しください。"
    )


def check_digit_holds(digits: str) -> bool:
    """Whether the last of twelve digits is the check digit of the first eleven (mod 11)."""
    remainder = sum(w * int(d) for w, d in zip(_WEIGHTS, digits[:11], strict=True)) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def carries_forbidden_number(text: str) -> bool:
    """Whether a text holds twelve digits, however spaced or wide, with a valid check digit."""
    if _MAYBE.search(text) is None and text.isascii():
        return False
    folded = _folded(text)
    if _MAYBE.search(folded) is None:
        return False
    folded = _PHONE_OR_DATE.sub("x", folded)
    return any(check_digit_holds(twelve) for twelve in _twelves(folded))


def may_carry_forbidden_number(text: str) -> bool:
    """A quick first look for long files: False is certain, True asks for the close look."""
    return _MAYBE.search(text) is not None


def column_is_forbidden(values: Iterable[str]) -> bool:
    """Whether at least half of a column's filled cells hold such a number, whatever its header."""
    filled = [value for value in values if value.strip()]
    hits = sum(carries_forbidden_number(value) for value in filled)
    return hits > 0 and hits * 2 >= len(filled)


def forbidden_header(header: str) -> str | None:
    """The forbidden item a column header names, however it is spaced; None if it names none."""
    folded = _NOISE.sub("", unicodedata.normalize("NFKC", header)).casefold()
    for item in (*NEVER, *UNAPPROVED):
        if item in folded:
            return item
    return None


def refuse_forbidden_text(value: str) -> None:
    """A form field validator: a text that may hold the number, or hides signs, is not stored."""
    from django.core.exceptions import ValidationError
    from django.utils.translation import gettext_lazy as _

    if _UNSEEN.search(value):
        raise ValidationError(
            _("見えない記号が含まれています。消してからもう一度お試しください。"),
            code="unseen_sign",
        )
    if carries_forbidden_number(value):
        raise ValidationError(ForbiddenItem.words, code="forbidden_item")


def refuse_forbidden_texts(form: "BaseForm") -> None:
    """Every free text of a form made from a model refuses what may never enter."""
    from django.forms import CharField

    for field in form.fields.values():
        if type(field) is CharField and refuse_forbidden_text not in field.validators:
            field.validators.append(refuse_forbidden_text)


def _folded(text: str) -> str:
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in narrow)


def _twelves(folded: str) -> Iterable[str]:
    """Every twelve digits that begin and end where a group of digits begins and ends."""
    for run in _RUN.findall(folded):
        groups = _GROUP.findall(run)
        starts = [0]
        for group in groups:
            starts.append(starts[-1] + len(group))
        digits = "".join(groups)
        edges = set(starts)
        for start, _ in pairwise(starts):
            if start + LENGTH in edges:
                yield digits[start : start + LENGTH]
