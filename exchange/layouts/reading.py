"""Reading a file against its layout (読取): strict, streaming, and quick where rows are clean."""

import codecs
import csv
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple, Protocol

from exchange.layouts import characters
from exchange.layouts.kinds import Looked, NeedsLook, Text
from exchange.layouts.layout import JOINT, Column, Facts, Layout
from exchange.layouts.problems import Code, FileRefused, Finding, Problem
from shared.forbidden_items import (
    ForbiddenItem,
    carries_forbidden_number,
    forbidden_header,
    may_carry_forbidden_number,
)

#: What an uploader may declare; nothing is ever guessed.
ENCODINGS: Final = {"utf-8": "UTF-8", "cp932": "Shift_JIS(CP932)"}

_BLOCK: Final = 256 * 1024
_LONGEST_LINE: Final = 64 * 1024
_BOM: Final = "\ufeff"


class Records(Protocol):
    """The csv module's reader: it knows on which line of the file it stands."""

    @property
    def line_num(self) -> int:
        """Lines read so far."""

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class Row(NamedTuple):
    """One row as it would be stored, and what was found in it."""

    number: int
    values: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def is_taken(self) -> bool:
        """Whether the row has warnings at most."""
        return not any(problem.code.is_error for problem in self.problems)


def read(*, layout: Layout, stream: BinaryIO, encoding: str, facts: Facts) -> Iterator[Row]:
    """Yield every row checked; raise FileRefused where the file itself cannot be trusted.

    Row numbers count from 1 for the first line, as a spreadsheet shows them.
    """
    records = csv.reader(_lines(stream, encoding), strict=True)
    if layout.has_header:
        _check_header(layout, _header(records))
    yield from _Rows(layout, facts).look_through(records)


def _header(records: Records) -> list[str]:
    try:
        return next(records)
    except StopIteration:
        raise FileRefused(Code.HEADER, "ファイルが空です。") from None
    except csv.Error:
        raise _broken(1) from None


def _broken(row: int) -> FileRefused:
    return FileRefused(
        Code.CHARACTERS,
        "CSVの形がくずれています(引用符、または行の途中の改行)。",
        row=row,
    )


def _check_header(layout: Layout, header: list[str]) -> None:
    for cell in header:
        item = forbidden_header(cell)
        if item is not None:
            raise FileRefused(
                Code.FORBIDDEN,
                f"受け取れない項目「{item}」の列があります。ファイル全体を受け取りません。"
                "媒体を回収し、誤送付として報告してください。",
                row=1,
                column=item,
            )
    if tuple(header) != layout.headers:
        raise FileRefused(Code.HEADER, _header_words(layout, header), row=1)


def _header_words(layout: Layout, header: list[str]) -> str:
    wanted = layout.headers
    missing = [name for name in wanted if name not in header]
    unknown = [at for at, name in enumerate(header, start=1) if name not in wanted]
    if missing:
        return f"見出しがありません: {'、'.join(missing)}。"
    if unknown:
        return f"知らない見出しがあります: {'、'.join(f'{at}列目' for at in unknown[:10])}。"
    return f"見出しの順序または数がレイアウト {layout.id} と違います。"


class _Rows:
    """The pass over the rows: one regular expression each, and a close look where it fails."""

    def __init__(self, layout: Layout, facts: Facts) -> None:
        self._layout = layout
        self._facts = facts
        self._seen: dict[str, int] = {}
        self._count = 0
        self._serial = layout.index(layout.serial) if layout.serial else None
        self._key = tuple(layout.index(name) for name in layout.unique)
        self._texts = tuple(
            at for at, column in enumerate(layout.columns) if isinstance(column.kind, Text)
        )

    def look_through(self, records: Records) -> Iterator[Row]:
        layout, facts, checks = self._layout, self._facts, self._layout.checks
        clean, tidies, make = layout.clean.fullmatch, layout.tidies, layout.make_row
        join, texts, may_carry = JOINT.join, self._texts, may_carry_forbidden_number
        number, wide = int(layout.has_header), len(layout.columns)
        for record in _records(records):
            before, number = number, records.line_num
            if not record:
                continue
            findings: tuple[Finding, ...] = ()
            if number == before + 1 and clean(join(record)):
                try:
                    for at, tidy in tidies:
                        record[at] = tidy(record[at])
                except NeedsLook:
                    findings = self._look_closely(record)
                for at in texts:
                    if may_carry(record[at]):
                        self._refuse_forbidden_number(record, number)
            else:
                self._refuse_forbidden_number(record, number)
                findings = self._look_closely(record, spans_lines=number != before + 1)
            values = make(record[:wide])
            if not findings or not any(finding.code.is_error for finding in findings):
                findings += tuple([found for check in checks for found in check(values, facts)])
                findings += self._repeats(values, number)
            if self._serial is not None:
                findings += self._miscounted(values[self._serial])
            yield Row(number, values, _placed(findings, number) if findings else ())

    def _look_closely(self, record: list[str], *, spans_lines: bool = False) -> tuple[Finding, ...]:
        """Tidy the record in place and say everything that is wrong with its cells."""
        columns = self._layout.columns
        found: list[Finding] = []
        if len(record) != len(columns):
            found.append(Finding("", Code.HEADER, f"列の数が{len(columns)}ではありません。"))
            record += [""] * (len(columns) - len(record))
            return tuple(found)
        if spans_lines:
            found.append(Finding("", Code.CHARACTERS, "項目の中に改行があります。"))
        for at, column in enumerate(columns):
            record[at], complaints = self._look_at(record[at], column)
            found += [Finding(column.header, code, words) for code, words in complaints]
        return tuple(found)

    def _look_at(self, cell: str, column: Column) -> Looked:
        if not cell.strip(characters.SPACE):
            missing = (Code.REQUIRED, "空です。必ず入れてください。")
            return "", (missing,) if column.required else ()
        if not self._layout.is_ours:
            return column.kind.look(cell)
        text = characters.as_written(cell)
        tidy, complaints = column.kind.look(text)
        if text != cell:
            complaints = tuple(found for found in complaints if found[0] is not Code.FORMULA)
        return tidy, complaints

    def _refuse_forbidden_number(self, record: list[str], number: int) -> None:
        for at, cell in enumerate(record):
            if carries_forbidden_number(cell):
                column = self._layout.columns[at].header if at < len(self._layout.columns) else ""
                raise FileRefused(Code.FORBIDDEN, ForbiddenItem.words, row=number, column=column)

    def _repeats(self, values: tuple[str, ...], number: int) -> tuple[Finding, ...]:
        if not self._key:
            return ()
        key = "".join([values[at] for at in self._key])
        first = self._seen.setdefault(key, number)
        if first == number:
            return ()
        header = self._layout.columns[self._key[-1]].header
        return (Finding(header, Code.DUPLICATE, f"{first}行目と同じ番号です。"),)

    def _miscounted(self, cell: str) -> tuple[Finding, ...]:
        self._count += 1
        assert self._serial is not None
        column = self._layout.columns[self._serial]
        if cell.isdecimal() and int(cell) == self._count:
            return ()
        return (Finding(column.header, Code.CONFLICT, "1からの連番になっていません。"),)


def _placed(findings: tuple[Finding, ...], number: int) -> tuple[Problem, ...]:
    return tuple(Problem(number, *found) for found in findings)


def _records(records: Records) -> Iterator[list[str]]:
    try:
        yield from records
    except csv.Error:
        raise _broken(records.line_num) from None


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Decode strictly in blocks; a line ends at LF or CR LF and nowhere else."""
    if encoding not in ENCODINGS:
        raise FileRefused(Code.ENCODING, "文字コードを指定してください。")
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    rest, number, is_first = "", 1, True
    while True:
        block = stream.read(_BLOCK)
        if is_first:
            _check_start(block, encoding)
        text = rest + _decode(decoder, block, encoding, number + rest.count("\n"))
        if is_first and text.startswith(_BOM):
            text = text[1:]
        is_first = is_first and not text
        *whole, rest = text.split("\n")
        yield from whole
        number += len(whole)
        if len(rest) > _LONGEST_LINE:
            raise FileRefused(Code.LENGTH, "1行が長すぎます。", row=number)
        if not block:
            break
    if rest:
        yield rest


def _check_start(block: bytes, encoding: str) -> None:
    if block[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in block[:8]:
        raise FileRefused(
            Code.ENCODING,
            "UTF-16または文字でないデータです。UTF-8かShift_JISで保存してください。",
        )
    if encoding == "cp932" and block.startswith(codecs.BOM_UTF8):
        raise FileRefused(
            Code.ENCODING, "このファイルはUTF-8です。文字コードの指定を直してください。"
        )


def _decode(decoder: codecs.IncrementalDecoder, block: bytes, encoding: str, number: int) -> str:
    try:
        return decoder.decode(block, final=not block)
    except UnicodeDecodeError as wrong:
        row = number + wrong.object[: wrong.start].count(b"\n")
        raise FileRefused(
            Code.ENCODING, f"{ENCODINGS[encoding]}として読めない文字があります。", row=row
        ) from None
