"""An address over the three lines of a printed voucher (住所1-3): no number is ever broken.

３丁目５－１２ torn after the 1 sends the envelope to somebody else's door.
"""

import re
from typing import Final

from exchange.layouts.characters import starts_formula

LINES: Final = 3
WIDTH: Final = 40
_DIGIT: Final = "[0-9０-９A-Za-zＡ-Ｚａ-ｚ〇一二三四五六七八九十百千]"
_JOINT: Final = "[-‐‑‒–—―−－ーのノ]"
_UNIT: Final = "(?:丁目|番地|番|号室|号|階|室|棟)"
#: Marks that belong to the character before them (濁点, variation selectors).
_MARKS: Final = "[\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*"
_PIECE: Final = re.compile(f"{_DIGIT}+(?:{_JOINT}{_DIGIT}+)*{_UNIT}?{_MARKS}|.{_MARKS}", re.DOTALL)


class AddressTooLongError(ValueError):
    """The address does not fit without breaking a number; it never says which address."""


def split_address(address: str) -> tuple[str, str, str]:
    """Return three lines of at most 40 characters which, joined, are the address unchanged."""
    lines: list[list[str]] = [[]]
    for piece in _PIECE.findall(address):
        if len("".join(lines[-1])) + len(piece) > WIDTH:
            lines.append(_begun_with(piece, before=lines[-1]))
        else:
            lines[-1].append(piece)
    written = ["".join(line) for line in lines]
    if len(written) > LINES or max(map(len, written)) > WIDTH:
        raise AddressTooLongError
    first, second, third = written + [""] * (LINES - len(written))
    return first, second, third


def _begun_with(piece: str, *, before: list[str]) -> list[str]:
    """A new line: what stood before comes along where the file would mark it as no formula (')."""
    line = [piece]
    while len(before) > 1 and (starts_formula("".join(line)) or not "".join(line).strip()):
        line.insert(0, before.pop())
    return line
