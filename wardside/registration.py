"""The VRS registration file (VRSへの登録ファイル), built from the ledger by a layout that is data.

What is not known for certain of VRS's own file (order, headers, flag values) stands in
layouts/vrs_registration.json and can be put right there, or in a copy of it, without a programmer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from wardside import cells, layouts, numbers, tables
from wardside.characters import fits
from wardside.layouts import Layout
from wardside.problems import Code, Found, Problem
from wardside.tables import Readable, Record
from wardside.words import Stop, Words


@dataclass
class Tally:
    """What one pass over the ledger did."""

    rows: int = 0
    taken: int = 0
    found: Found = field(default_factory=Found)


def build(
    stream: Readable,
    *,
    ledger: Layout,
    layout: Layout,
    municipality_code: str,
    encodings: tuple[str, str],
    tally: Tally,
) -> Iterator[str]:
    """The registration line by line, without 個人番号: that is joined on the host alone."""
    if not numbers.is_code(municipality_code):
        raise Stop(_BAD_CODE)
    reading, writing = encodings
    records = tables.records(stream, encoding=reading)
    header = next(records, Record(0, [])).cells
    layouts.refuse_national(header)
    at = ledger.positions(header)
    for column in layout.columns:
        known = column.field in at or column.field in {"national_number", "municipality_code"}
        if column.required and not known:
            raise Stop(_NOT_IN_LEDGER.filled(header=column.header))
    if layout.header:
        yield tables.line(layout.headers)
    for number, record in records:
        tally.rows += 1
        if len(record) != len(header):
            tally.found.note(Problem(number, "", Code.HEADER))
            continue
        told = {name: record[place] for name, place in at.items()}
        told["municipality_code"] = told.get("municipality_code", "").strip() or municipality_code
        row = _row(number, told, (ledger, layout), writing, tally.found)
        if row is not None:
            tally.taken += 1
            yield tables.line(row)


def _row(
    number: int,
    told: Mapping[str, str],
    both: tuple[Layout, Layout],
    encoding: str,
    found: Found,
) -> list[str] | None:
    ledger, layout = both
    have = {column.field: column for column in ledger.columns}
    row, is_sound = [], True
    for column in layout.columns:
        text = told.get(column.field, "")
        if column.field == "national_number":
            text = ""
        elif column.field in have:
            text = cells.look(have[column.field], text)[0]
        text, complaints = cells.look(column, text)
        if not fits(text, encoding):
            complaints = (*complaints, Code.GAIJI)
        if column.kind == "text" and numbers.may_be_national(text):
            complaints = (*complaints, Code.FORBIDDEN)
        for code in complaints:
            found.note(Problem(number, column.header, code))
            is_sound = is_sound and not code.is_error
        row.append(text)
    return row if is_sound else None


_BAD_CODE: Final = Words(
    "--municipality の検査数字が合いません。6桁の自治体コードを確かめてください。",
    "The check digit of --municipality is wrong: give the municipality's six digits.",
)
_NOT_IN_LEDGER: Final = Words(
    "台帳に「{header}」がないため、登録ファイルを作れません。",
    "The ledger has no {header}, so the registration cannot be built.",
)
