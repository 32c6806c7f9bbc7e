"""File layouts as data (レイアウト): one JSON each, so that a new one needs no programmer."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from wardside import numbers
from wardside.cells import KINDS, Column
from wardside.words import Stop, Words

_HERE: Final = Path(__file__).parent
_LARGEST: Final = 256 * 1024
_SHAPE: Final = re.compile("[A-Z]{3,4}")
#: How sure a layout is; what was not found must be settled before real work.
SOURCES: Final = frozenset({"ours", "seen", "assumed", "ward"})


class BadLayout(Stop):
    """A layout file that cannot be used."""

    def __init__(self, name: str, what: Words) -> None:
        about = Words(f"レイアウト {name}: ", f"Layout {name}: ")
        super().__init__(Words(about.ja + what.ja, about.en + what.en))


class WrongHeader(Stop):
    """The header row is not this layout's."""


@dataclass(frozen=True)
class Layout:
    """The columns of one file, and how strictly they are kept."""

    id: str
    version: int
    title: Words
    source: str
    columns: tuple[Column, ...]
    header: bool = True  # the first row names the columns
    strict: bool = True  # exactly these columns in this order; else found by name
    marked: bool = False  # the first line says that the platform must refuse the file

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The header row, exactly."""
        return tuple(column.header for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of a field."""
        return next(one for one in self.columns if one.field == name)

    def require(self, *names: str) -> "Layout":
        """This layout, if it tells where these fields stand."""
        have = {one.field for one in self.columns}
        lost = [name for name in names if name not in have]
        if lost:
            raise BadLayout(self.id, _LOST.filled(names=", ".join(lost)))
        return self

    def positions(self, header: Sequence[str]) -> dict[str, int]:
        """Where each field stands in a file with this header, or a refusal."""
        told = [cell.strip() for cell in header]
        if self.strict:
            if tuple(told) != self.headers:
                raise WrongHeader(_NOT_THIS.filled(id=self.id, version=self.version), row=1)
            return {column.field: at for at, column in enumerate(self.columns)}
        if len(set(told)) != len(told):
            raise WrongHeader(_TWICE, row=1)
        missing = [
            one.header for one in self.columns if one.header not in told and not one.optional
        ]
        if missing:
            raise WrongHeader(_MISSING.filled(headers="、".join(missing)), row=1)
        return {one.field: told.index(one.header) for one in self.columns if one.header in told}


def refuse_national(header: Sequence[str]) -> None:
    """A file that should not have the national number does not come in with it."""
    for at, cell in enumerate(header, start=1):
        if numbers.forbidden_header(cell, among=numbers.NATIONAL_HEADERS):
            raise WrongHeader(_NATIONAL.filled(at=at), row=1)


def load(name: str | Path) -> Layout:
    """A layout of ours by its name, or one the ward wrote, by its path."""
    path = name if isinstance(name, Path) else _HERE / f"{name}.json"
    try:
        with path.open("rb") as source:
            raw = source.read(_LARGEST)
        told = json.loads(raw.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise BadLayout(path.name, _NO_JSON) from None
    return _layout(path.name, told)


def _layout(name: str, told: Any) -> Layout:
    known = {one.name for one in fields(Layout)} | {"note"}
    if not isinstance(told, dict) or not told.keys() <= known:
        raise BadLayout(name, _WRONG_KEYS)
    columns = told.get("columns")
    if not isinstance(columns, list) or not columns:
        raise BadLayout(name, _NO_COLUMNS)
    title = told.get("title")
    if not isinstance(title, dict) or title.keys() != {"ja", "en"}:
        raise BadLayout(name, _WRONG_KEYS)
    made = tuple(_column(name, at, one) for at, one in enumerate(columns, start=1))
    for part in ("field", "header"):
        if len({getattr(one, part) for one in made}) != len(made):
            raise BadLayout(name, _TWICE)
    version, is_named = told.get("version"), _SHAPE.fullmatch(str(told.get("id"))) is not None
    flags = {key: told[key] for key in ("header", "strict", "marked") if key in told}
    sound = is_named and type(version) is int and version > 0 and told.get("source") in SOURCES
    if not sound or any(type(value) is not bool for value in flags.values()):
        raise BadLayout(name, _WRONG_KEYS)
    return Layout(
        id=told["id"],
        version=told["version"],
        title=Words(str(title["ja"]), str(title["en"])),
        source=told["source"],
        columns=made,
        **flags,
    )


def _column(name: str, at: int, told: Any) -> Column:
    kinds = {one.name: one.type for one in fields(Column)}
    wrong = BadLayout(name, _BAD_COLUMN.filled(at=at))
    if not isinstance(told, dict) or not told.keys() <= kinds.keys():
        raise wrong
    if not {"field", "header", "kind"} <= told.keys() or told["kind"] not in KINDS:
        raise wrong
    wanted: dict[object, type] = {str: str, int: int, bool: bool}
    if any(type(value) is not wanted.get(kinds[key], dict) for key, value in told.items()):
        raise wrong
    for table in (told.get("values", {}), told.get("written", {})):
        if any(type(value) is not str for value in table.values()):
            raise wrong
    try:
        re.compile(told.get("shape", ""))
    except re.error:
        raise wrong from None
    return Column(**told)


_NO_JSON: Final = Words("JSONとして読めません。", "cannot be read as JSON.")
_WRONG_KEYS: Final = Words(
    "知らない項目があるか、形が違います。", "an unknown key, or a value of the wrong form."
)
_NO_COLUMNS: Final = Words("列がありません。", "no columns.")
_BAD_COLUMN: Final = Words("{at}番目の列の書き方が違います。", "column {at} is not well written.")
_LOST: Final = Words("field がありません: {names}。", "these fields are missing: {names}.")
_TWICE: Final = Words("同じ見出しが2つあります。", "the same header stands twice.")
_NOT_THIS: Final = Words(
    "見出しがレイアウト {id} 第{version}版と違います。",
    "The header is not that of layout {id} version {version}.",
)
_MISSING: Final = Words("見出しがありません: {headers}。", "Missing headers: {headers}.")
_NATIONAL: Final = Words(
    "{at}列目がマイナンバー(個人番号)です。このファイルは扱えません。"
    "マイナンバーのないファイルを作り直してください。",
    "Column {at} is the Individual Number: this file is not taken. Make one without it.",
)
