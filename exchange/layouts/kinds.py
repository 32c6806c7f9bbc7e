"""Kinds of column (項目の型): how one cell is checked, tidied and explained."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Protocol

from exchange.layouts import characters
from exchange.layouts.problems import Code

Complaint = tuple[Code, str]
Looked = tuple[str, tuple[Complaint, ...]]
Tidy = Callable[[str], str]

_EXPONENT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]+")
_WIDE_DIGIT: Final = re.compile(r"[０-９]")
EXCEL_HINT: Final = (
    "Excelで開いて保存すると先頭の0や桁が失われます。元のファイルから作り直してください。"
)


class NeedsLook(Exception):
    """The quick way cannot decide: the cell must be looked at closely."""


class Kind(Protocol):
    """One type of cell."""

    @property
    def clean(self) -> str:
        """An expression that only cells with nothing to say about them match."""

    @property
    def tidy(self) -> Tidy | None:
        """How a clean cell becomes the stored text; None if it is that already."""

    def look(self, cell: str) -> Looked:
        """The stored text of a filled cell, and everything wrong with it."""

    def explain(self) -> tuple[str, str]:
        """The type and the length, for the help page."""


@dataclass(frozen=True)
class Text:
    """A line of text as the ward wrote it: trimmed, otherwise untouched, never normalised."""

    longest: int
    warn_over: int | None = None

    @property
    def clean(self) -> str:
        return characters.CLEAN % (1, self.warn_over or self.longest)

    tidy = None

    def look(self, cell: str) -> Looked:
        text = cell.strip(characters.SPACE)
        found: list[Complaint] = []
        size = characters.length(text)
        if characters.has_hidden(text):
            found.append((Code.CHARACTERS, "改行・タブ・制御文字・見えない文字が含まれています。"))
        if characters.starts_formula(text):
            found.append((Code.FORMULA, "= + - @ (全角を含む)で始まっています。"))
        if characters.has_gaiji(text):
            found.append((Code.GAIJI, "外字または置き換えられた文字(〓■●など)があります。"))
        if size > self.longest:
            found.append((Code.LENGTH, f"{self.longest}文字を超えています。"))
        elif self.warn_over is not None and size > self.warn_over:
            found.append((Code.LONG_NAME, f"{self.warn_over}文字を超えています。"))
        return text, tuple(found)

    def explain(self) -> tuple[str, str]:
        return "文字", f"1～{self.longest}"


@dataclass(frozen=True)
class Digits:
    """A number that is a name: fixed length, leading zeros kept."""

    length: int

    @property
    def clean(self) -> str:
        return f"[0-9]{{{self.length}}}"

    tidy = None

    def look(self, cell: str) -> Looked:
        text = cell.strip(characters.SPACE)
        if text.isascii() and text.isdigit():
            if len(text) == self.length:
                return text, ()
            if len(text) > self.length:
                return text, ((Code.LENGTH, f"{self.length}桁を超えています。"),)
            return text, ((Code.LOST_ZEROS, f"{self.length}桁に足りません。{EXCEL_HINT}"),)
        if _EXPONENT.fullmatch(text):
            return text, ((Code.LOST_ZEROS, f"指数表記になっています。{EXCEL_HINT}"),)
        if _WIDE_DIGIT.search(text):
            return text, ((Code.CHARACTERS, "全角の数字があります。半角にしてください。"),)
        return text, ((Code.CHARACTERS, "半角の数字以外の文字があります。"),)

    def explain(self) -> tuple[str, str]:
        return "半角数字", f"{self.length}"


@dataclass(frozen=True)
class Choice:
    """One of a few codes."""

    words: Mapping[str, str]

    @property
    def clean(self) -> str:
        return f"[{''.join(map(re.escape, self.words))}]"

    tidy = None

    def look(self, cell: str) -> Looked:
        text = cell.strip(characters.SPACE)
        if text in self.words:
            return text, ()
        return text, ((Code.VALUE, f"{self.explain()[1]} のどれかにしてください。"),)

    def explain(self) -> tuple[str, str]:
        return "区分", "、".join(f"{code} {word}" for code, word in self.words.items())


class _Days(dict[str, str]):
    """Day texts seen so far and their one written form: a list of people repeats few days."""

    def __missing__(self, cell: str) -> str:
        text, complaints = _look_at_day(cell)
        if complaints:
            raise NeedsLook
        if len(self) < 200_000:
            self[cell] = text
        return text


_DAY: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|([0-9]{2})([0-9]{2})|/([0-9]{1,2})/([0-9]{1,2}))"
)


def _look_at_day(cell: str) -> Looked:
    text = cell.strip(characters.SPACE)
    shape = _DAY.fullmatch(text)
    if shape is None:
        return text, ((Code.CHARACTERS, "2021-04-01、20210401、2021/4/1 のどれかの形で。"),)
    year, month, day = (int(part) for part in shape.groups() if part is not None)
    written = f"{year:04}-{month:02}-{day:02}"
    if day == 0 and month <= 12:
        return written, ((Code.PARTLY_UNKNOWN, "月または日が不詳です。職員が確認します。"),)
    try:
        date(year, month, day)
    except ValueError:
        return written, ((Code.DATE, "暦にない日付です。"),)
    return written, ()


@dataclass(frozen=True)
class Day:
    """A date in three written forms, kept in one; 00 for an unknown month or day if allowed."""

    may_be_partly_unknown: bool = False

    @property
    def clean(self) -> str:
        return r"[0-9]{4}(?:-[0-9]{2}-[0-9]{2}|[0-9]{4}|/[0-9]{1,2}/[0-9]{1,2})"

    @cached_property
    def tidy(self) -> Tidy:
        return _Days({"": ""}).__getitem__

    def look(self, cell: str) -> Looked:
        text, complaints = _look_at_day(cell)
        if self.may_be_partly_unknown:
            return text, complaints
        return text, tuple(
            (Code.DATE, "月または日が不詳の日付は使えません。")
            if code is Code.PARTLY_UNKNOWN
            else (code, words)
            for code, words in complaints
        )

    def explain(self) -> tuple[str, str]:
        return "日付", "YYYY-MM-DD(YYYYMMDD、YYYY/M/D も可)"


def _with_hyphen(text: str) -> str:
    return f"{text[:3]}-{text[3:]}" if len(text) == 7 else text


@dataclass(frozen=True)
class PostalCode:
    """Seven digits, kept as NNN-NNNN."""

    clean = "[0-9]{3}-?[0-9]{4}"

    @property
    def tidy(self) -> Tidy:
        return _with_hyphen

    def look(self, cell: str) -> Looked:
        text = cell.strip(characters.SPACE)
        if re.fullmatch(self.clean, text):
            return _with_hyphen(text), ()
        bare = text.replace("-", "")
        if bare.isascii() and bare.isdigit() and len(bare) < 7:
            return text, ((Code.LOST_ZEROS, f"7桁に足りません。{EXCEL_HINT}"),)
        return text, ((Code.CHARACTERS, "半角で NNN-NNNN または NNNNNNN の形で。"),)

    def explain(self) -> tuple[str, str]:
        return "郵便番号", "7桁(ハイフンは有無どちらも可)"


@dataclass(frozen=True)
class Pattern:
    """A short code of one shape: a clock time, a whole number, a reservation number."""

    shape: str
    name: str
    size: str

    @property
    def clean(self) -> str:
        return self.shape

    tidy = None

    def look(self, cell: str) -> Looked:
        text = cell.strip(characters.SPACE)
        if re.fullmatch(self.shape, text):
            return text, ()
        return text, ((Code.CHARACTERS, f"{self.name}の形({self.size})ではありません。"),)

    def explain(self) -> tuple[str, str]:
        return self.name, self.size
