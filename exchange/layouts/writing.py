"""Writing a file by its layout (書出し): every cell quoted, CR LF, safe to open in Excel."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from exchange.layouts.characters import excel_safe
from exchange.layouts.layout import Layout

_ROWS_AT_ONCE: Final = 1000


def write(*, layout: Layout, rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """UTF-8 with BOM, so that Excel reads it; the rows must be the layout's values in order."""
    yield codecs.BOM_UTF8
    if layout.has_header:
        yield csv_line(layout.headers).encode()
    yield from write_rows(rows, wide=len(layout.columns))


def write_rows(rows: Iterable[Sequence[str]], *, wide: int) -> Iterator[bytes]:
    """The rows alone, some hundred at a time."""
    lines: list[str] = []
    for row in rows:
        if len(row) != wide:
            raise ValueError(f"a row of {len(row)} cells in a layout of {wide}")
        lines.append(csv_line(row))
        if len(lines) == _ROWS_AT_ONCE:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def csv_line(cells: Sequence[str]) -> str:
    """One line, every cell quoted, no cell a formula."""
    return (
        ",".join([f'"{excel_safe(cell).replace(chr(34), chr(34) * 2)}"' for cell in cells]) + "\r\n"
    )


def sample(layout: Layout) -> bytes:
    """A small file that passes its own checks, with people who do not exist."""
    rows = layout.sample_rows or (tuple(column.example for column in layout.columns),)
    return b"".join(write(layout=layout, rows=rows))
