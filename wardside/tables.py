"""Reading and writing CSV files (表): declared encoding, strict, one row at a time."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from wardside.characters import excel_safe
from wardside.words import Stop, Words

#: What the clerk may declare; nothing is guessed, only proposed.
ENCODINGS: Final = ("cp932", "utf-8")
_BLOCK: Final = 256 * 1024
_LONGEST_LINE: Final = 64 * 1024
_CONTROL: Final = frozenset(map(chr, (*range(9), 11, 12, *range(14, 32), 127)))


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


class Record(NamedTuple):
    """One row, numbered as a spreadsheet shows it: the header is row 1."""

    number: int
    cells: list[str]


class BadTable(Stop):
    """The file is no CSV of the encoding that was declared."""


def records(stream: Readable, *, encoding: str) -> Iterator[Record]:
    """Every row that is not empty, or a refusal with the row where the file stops making sense."""
    reader = csv.reader(_lines(stream, encoding), strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise BadTable(_BROKEN, row=reader.line_num) from None
        if reader.line_num != before + 1:
            raise BadTable(_SPANS_LINES, row=before + 1)
        before = reader.line_num
        if not cells:
            continue
        for cell in cells:
            if not _CONTROL.isdisjoint(cell) or "\r" in cell:
                raise BadTable(_CONTROLS, row=before)
        yield Record(before, cells)


def proposed_encoding(start: bytes) -> str:
    """Which encoding the beginning of a file looks like; a person decides."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8"
    for cut in range(4):
        try:
            start[: len(start) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return "utf-8"
    return "cp932"


def line(cells: Sequence[str]) -> str:
    """One line, every cell quoted, none of them a formula."""
    return (
        ",".join([f'"{excel_safe(cell).replace(chr(34), chr(34) * 2)}"' for cell in cells]) + "\r\n"
    )


def encoded(text: str, encoding: str, *, is_first: bool = False) -> bytes:
    """The bytes of a line; never a question mark where a character is missing."""
    raw = text.encode(encoding)
    return codecs.BOM_UTF8 + raw if is_first and encoding == "utf-8" else raw


def _lines(stream: Readable, encoding: str) -> Iterator[str]:
    """Decode strictly in blocks; a line ends at LF or CR LF and nowhere else."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    rest, number, is_first = "", 1, True
    while True:
        block = stream.read(_BLOCK)
        if is_first:
            _check_start(block, encoding)
        text = rest + _decoded(decoder, block, number + rest.count("\n"))
        if is_first and text.startswith("\ufeff"):
            text = text[1:]
        is_first = is_first and not text
        *whole, rest = text.split("\n")
        for one in whole:
            if len(one) > _LONGEST_LINE:
                raise BadTable(_TOO_LONG, row=number)
            yield f"{one}\n"
            number += 1
        if len(rest) > _LONGEST_LINE:
            raise BadTable(_TOO_LONG, row=number)
        if not block:
            break
    if rest:
        yield rest


def _check_start(block: bytes, encoding: str) -> None:
    if not block:
        raise BadTable(Words("ファイルが空です。", "The file is empty."))
    if block[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in block[:8]:
        raise BadTable(_NOT_TEXT)
    if encoding == "cp932" and block.startswith(codecs.BOM_UTF8):
        raise BadTable(_WRONG_DECLARATION)


def _decoded(decoder: codecs.IncrementalDecoder, block: bytes, number: int) -> str:
    try:
        return decoder.decode(block, final=not block)
    except UnicodeDecodeError as wrong:
        row = number + wrong.object[: wrong.start].count(b"\n")
        raise BadTable(_UNREADABLE, row=row) from None


_BROKEN: Final = Words(
    "CSVの形がくずれています(引用符、または途中で切れたファイル)。",
    "The CSV is malformed (a quotation mark, or a file cut short).",
)
_SPANS_LINES: Final = Words("項目の中に改行があります。", "A cell holds a line break.")
_CONTROLS: Final = Words(
    "制御文字(NULなど)があります。", "There are control characters (NUL or the like)."
)
_TOO_LONG: Final = Words("1行が長すぎます。", "A line is too long.")
_NOT_TEXT: Final = Words(
    "UTF-16または文字でないデータです。UTF-8かShift_JIS(CP932)で保存してください。",
    "UTF-16 or no text at all: save as UTF-8 or Shift_JIS (CP932).",
)
_WRONG_DECLARATION: Final = Words(
    "このファイルはUTF-8です。--encoding utf-8 を指定してください。",
    "This file is UTF-8: say --encoding utf-8.",
)
_UNREADABLE: Final = Words(
    "指定した文字コードとして読めない文字があります。文字コードの指定と、複数の文字コードが"
    "混ざっていないかを確かめてください。",
    "There are bytes that the declared encoding does not have: check what was declared, and that "
    "the file does not mix encodings.",
)
