"""How one cell is read, tidied and judged (項目): by the kind its layout gives it."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from wardside import characters
from wardside.problems import Code

_DAY: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|([0-9]{2})([0-9]{2})|/([0-9]{1,2})/([0-9]{1,2}))"
)
_EXPONENT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]+")
_POSTAL: Final = re.compile(r"([0-9]{3})-?([0-9]{4})")

Looked = tuple[str, tuple[Code, ...]]


@dataclass(frozen=True)
class Column:
    """One column of a layout: its header, what stands in it, and whether it must."""

    field: str
    header: str
    kind: str
    required: bool = True  # the cell may not be empty
    optional: bool = False  # the whole column may be missing
    longest: int = 0
    warn_over: int = 0
    digits: int = 0
    compact: bool = False
    partly_unknown: bool = False
    shape: str = ""
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    written: dict[str, str] = dataclasses.field(default_factory=dict)
    item: str = ""
    note: str = ""


def look(column: Column, cell: str) -> Looked:
    """The cell in its one written form, and everything wrong with it."""
    text = cell.strip(characters.SPACE)
    text = column.written.get(text, text)
    if not text:
        return "", (Code.REQUIRED,) if column.required else ()
    return _LOOKS[column.kind](column, text)


def day_of(text: str) -> str | None:
    """A day in its one written form, 00 for what is unknown; None if it is no day."""
    shape = _DAY.fullmatch(text.strip(characters.SPACE))
    if shape is None:
        return None
    year, month, day = (int(part) for part in shape.groups() if part is not None)
    if not (day == 0 and month <= 12):
        try:
            date(year, month, day)
        except ValueError:
            return None
    return f"{year:04}-{month:02}-{day:02}"


def _text(column: Column, text: str) -> Looked:
    return text, tuple(_complaints(column, text))


def _complaints(column: Column, text: str) -> Iterator[Code]:
    size = characters.length(text)
    if characters.has_hidden(text):
        yield Code.CHARACTERS
    if characters.starts_formula(text):
        yield Code.FORMULA
    if characters.has_gaiji(text):
        yield Code.GAIJI
    if column.longest and size > column.longest:
        yield Code.LENGTH
    elif column.warn_over and size > column.warn_over:
        yield Code.LONG_NAME


def _digits(column: Column, text: str) -> Looked:
    if text.isascii() and text.isdigit():
        if len(text) == column.digits:
            return text, ()
        return text, (Code.LENGTH if len(text) > column.digits else Code.LOST_ZEROS,)
    return text, (Code.LOST_ZEROS if _EXPONENT.fullmatch(text) else Code.CHARACTERS,)


def _choice(column: Column, text: str) -> Looked:
    return text, () if text in column.values else (Code.VALUE,)


def _pattern(column: Column, text: str) -> Looked:
    return text, () if re.fullmatch(column.shape, text) else (Code.CHARACTERS,)


def _moment(_: Column, text: str) -> Looked:
    return text, () if _is_moment(text) else (Code.DATE,)


def _blank(_: Column, text: str) -> Looked:
    return text, (Code.FORBIDDEN,)


def _day(column: Column, text: str) -> Looked:
    written = day_of(text)
    if written is None:
        return text, (Code.DATE,)
    complaints: tuple[Code, ...] = ()
    if written.endswith("-00"):
        complaints = (Code.PARTLY_UNKNOWN if column.partly_unknown else Code.DATE,)
    return written.replace("-", "") if column.compact else written, complaints


def _is_moment(text: str) -> bool:
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        return False
    try:
        datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - only whether it is one
    except ValueError:
        return False
    return True


def _postal(_: Column, text: str) -> Looked:
    shape = _POSTAL.fullmatch(text)
    if shape is not None:
        return f"{shape[1]}-{shape[2]}", ()
    bare = text.replace("-", "")
    is_short = bare.isascii() and bare.isdigit() and len(bare) < 7
    return text, (Code.LOST_ZEROS if is_short else Code.CHARACTERS,)


_LOOKS: Final[dict[str, Callable[[Column, str], Looked]]] = {
    "text": _text,
    "digits": _digits,
    "choice": _choice,
    "day": _day,
    "moment": _moment,
    "postal": _postal,
    "pattern": _pattern,
    "blank": _blank,
}
KINDS: Final = frozenset(_LOOKS)
