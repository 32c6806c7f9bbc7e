"""What can be known about a container without its password (開封前の確認)."""

import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from exchange.sealing import zip_shape
from exchange.sealing.refusals import (
    Damaged,
    NamesReadable,
    NotAContainer,
    NotSealed,
    TooLarge,
)

_ZIP: Final = b"PK\x03\x04"
_SEVEN: Final = b"7z\xbc\xaf\x27\x1c"
_SEVEN_AES: Final = b"\x06\xf1\x07\x01"
_SEVEN_HEADER: Final = struct.Struct("<6s2BL2QL")
_ENCODED_HEADER: Final = b"\x17"
_SMALL: Final = 1024 * 1024
_TEXT_ENCODINGS: Final = ("utf-8", "cp932", "utf-16")


class Kind(StrEnum):
    """The two containers this house opens."""

    ZIP = "zip"
    SEVEN_ZIP = "7z"


@dataclass(frozen=True)
class Look:
    """A container that may be opened once its password comes."""

    kind: Kind
    size: int


def look_at(path: Path) -> Look:
    """Refuse what can be refused without the password: plain, weak, broken, too much, too many."""
    with path.open("rb") as container:
        start = container.read(8)
        size = container.seek(0, 2)
        if start.startswith(_ZIP):
            zip_shape.entries(container)
            return Look(Kind.ZIP, size)
        if start.startswith(_SEVEN):
            _check_seven(container, size)
            return Look(Kind.SEVEN_ZIP, size)
        container.seek(0)
        raise NotSealed if _is_text(container.read(4096)) else NotAContainer


def _check_seven(container: BinaryIO, size: int) -> None:
    container.seek(0)
    raw = container.read(_SEVEN_HEADER.size)
    if len(raw) != _SEVEN_HEADER.size:
        raise Damaged
    _, major, _, crc, offset, length, next_crc = _SEVEN_HEADER.unpack(raw)
    if major != 0 or zlib.crc32(raw[12:]) != crc or _SEVEN_HEADER.size + offset + length != size:
        raise Damaged
    if length > _SMALL:
        raise TooLarge
    container.seek(_SEVEN_HEADER.size + offset)
    header = container.read(length)
    if zlib.crc32(header) != next_crc:
        raise Damaged
    if not header.startswith(_ENCODED_HEADER) or _SEVEN_AES not in header:
        raise NamesReadable


def _is_text(start: bytes) -> bool:
    for encoding in _TEXT_ENCODINGS:
        for cut in range(4):
            try:
                text = start[: len(start) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            if "," in text or "\n" in text:
                return True
    return False
