"""個人番号 joined to the VRS registration (付番): on the host computer, from its own list only.

Nothing but the one output is written; the list of numbers lives in this process's memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from wardside import cells, numbers, tables
from wardside.layouts import BadLayout, Layout
from wardside.problems import Code, Found, Problem
from wardside.tables import Readable, Record
from wardside.words import Stop, Words

#: The first line of every file that holds such numbers; the platform refuses a file that has it.
MARK: Final = "特定個人情報(マイナンバーを含む)・予約システムへの提供禁止"


@dataclass
class Tally:
    """What one join did."""

    numbers: int = 0
    rows: int = 0
    joined: int = 0
    found: Found = field(default_factory=Found)


class NoMark(Stop):
    """The layout would let a file with such numbers look like any other."""


def refuse_unmarked(layout: Layout) -> None:
    """A file with such numbers says so: in a first line of its own, or in its header."""
    if "national_number" not in {one.field for one in layout.columns}:
        raise BadLayout(layout.id, _NO_FIELD)
    header = layout.column("national_number").header
    in_header = layout.header and numbers.forbidden_header(header, among=numbers.NATIONAL_HEADERS)
    if not layout.marked and not in_header:
        raise NoMark(_NO_MARK)


def read_numbers(
    stream: Readable, *, layout: Layout, encoding: str, tally: Tally
) -> dict[str, str]:
    """The host's list: every sound number by its 宛名番号."""
    records = tables.records(stream, encoding=encoding)
    at = layout.positions(next(records, Record(0, [])).cells)
    key_at, number_at = at["register_key"], at["national_number"]
    key_header = layout.column("register_key").header
    number_header = layout.column("national_number").header
    known: dict[str, str] = {}
    for row, record in records:
        if len(record) <= max(key_at, number_at):
            tally.found.note(Problem(row, "", Code.HEADER))
            continue
        key, number = record[key_at].strip(), record[number_at].strip()
        if not key:
            tally.found.note(Problem(row, key_header, Code.REQUIRED))
        elif not numbers.is_national(number):
            tally.found.note(Problem(row, number_header, Code.VALUE))
        elif known.setdefault(key, number) != number:
            tally.found.note(Problem(row, key_header, Code.DUPLICATE))
        tally.numbers += 1
    return known


def join(
    stream: Readable,
    *,
    layout: Layout,
    encoding: str,
    known: dict[str, str],
    tally: Tally,
) -> Iterator[str]:
    """The registration with every number found, line by line; a person without one is reported."""
    refuse_unmarked(layout)
    at = layout.column("national_number")
    place = layout.columns.index(at)
    key_column = layout.column("register_key")
    key_place = layout.columns.index(key_column)
    records = tables.records(stream, encoding=encoding)
    if layout.marked:
        yield tables.line((MARK,))
    if layout.header:
        header = next(records, Record(0, [])).cells
        layout.positions(header)
        yield tables.line(layout.headers)
    for row, record in records:
        if len(record) != len(layout.columns):
            raise Stop(_RAGGED, row=row)
        tally.rows += 1
        if record[place].strip():
            raise Stop(_FILLED, row=row)
        number = known.get(cells.look(key_column, record[key_place])[0])
        if number is None:
            tally.found.note(Problem(row, key_column.header, Code.UNKNOWN))
        else:
            tally.joined += 1
            record[place] = number
        yield tables.line(record)


def write(lines: Iterator[str], *, to: BinaryIO | None, encoding: str) -> None:
    """Send the lines to the one output; in a dry run, nowhere."""
    for at, line in enumerate(lines):
        if to is not None:
            to.write(tables.encoded(line, encoding, is_first=at == 0))


_NO_FIELD: Final = Words("national_number がありません。", "national_number is missing.")
_NO_MARK: Final = Words(
    "このレイアウトでは、マイナンバーを含むことがファイルから分かりません。"
    "marked を true にするか、見出しに個人番号を置いてください。",
    "With this layout nothing in the file would say that it holds Individual Numbers: set marked "
    "to true, or have 個人番号 in its header.",
)
_RAGGED: Final = Words(
    "列の数がレイアウトと違います。", "The number of columns is not the layout's."
)
_FILLED: Final = Words(
    "個人番号がすでに入っています。付番する前のファイルを渡してください。",
    "There is a number already: give the file as it was before numbers were joined.",
)
