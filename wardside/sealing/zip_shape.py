"""The shape of a .zip, read strictly before any password is asked (ZIPの形).

Local headers and the central directory must say the same, entries must lie one behind the other
from the first byte to the last: what two readers could understand differently is refused.
"""

import struct
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from wardside.sealing import names
from wardside.sealing.refusals import Damaged, NotSealed, StrangeEntries, TooLarge, WeakCipher

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_AES: Final = struct.Struct("<H2sBH")
_AES_EXTRA: Final = 0x9901
_AES_METHOD: Final = 99
_AES_256: Final = 3
_STORED: Final = 0
_DEFLATED: Final = 8
_ENCRYPTED: Final = 0x1
_STRONG: Final = 0x40 | 0x2000
_DESCRIPTOR: Final = 0x8
_UTF_8: Final = 0x800
_OVERHEAD: Final = 16 + 2 + 10
_SMALL: Final = 64 * 1024
_ZIP64: Final = 0xFFFFFFFF

MAX_UNPACKED: Final = 500 * 1024 * 1024
MAX_RATIO: Final = 100


@dataclass(frozen=True)
class Entry:
    """One file in the container, as both its headers describe it."""

    name: str
    unpacked: int
    packed: int
    start: int
    is_deflated: bool
    content: int = 0


def entries(container: BinaryIO) -> tuple[Entry, ...]:
    """The entries of a sound AES-256 .zip, or a refusal."""
    size = container.seek(0, 2)
    start, length, how_many = _end_record(container, size)
    directory = _exactly(container, start, length)
    found, at, expected = [], 0, 0
    for _ in range(how_many):
        entry, at = _central(directory, at)
        if entry.start != expected:
            raise Damaged
        entry = replace(entry, content=_content_of(container, entry))
        expected = entry.content + entry.packed
        found.append(entry)
    if at != length or expected != start:
        raise Damaged
    names.check([entry.name for entry in found])
    return tuple(found)


def _end_record(container: BinaryIO, size: int) -> tuple[int, int, int]:
    raw = _exactly(container, size - _END.size, _END.size)
    magic, disk, first_disk, here, total, length, start, comment = _END.unpack(raw)
    if magic != b"PK\x05\x06" or disk or first_disk or here != total or comment:
        raise Damaged
    if _ZIP64 in {length, start} or start + length != size - _END.size:
        raise Damaged
    if length > _SMALL:
        raise TooLarge
    return start, length, total


def _central(directory: bytes, at: int) -> tuple[Entry, int]:
    if at + _CENTRAL.size > len(directory):
        raise Damaged
    fields = _CENTRAL.unpack_from(directory, at)
    (magic, _, _, flags, method, _, _, crc, packed, unpacked) = fields[:10]
    name_size, extra_size, comment_size, disk, _, _, start = fields[10:]
    rest = at + _CENTRAL.size
    end = rest + name_size + extra_size + comment_size
    if magic != b"PK\x01\x02" or disk or comment_size or end > len(directory):
        raise Damaged
    if _ZIP64 in {packed, unpacked, start}:
        raise TooLarge
    name = _name(directory[rest : rest + name_size], flags)
    extra = directory[rest + name_size : end]
    is_deflated = _check_cipher(flags, method, extra)
    if crc:
        # AE-2 leaves it empty: a checksum of the content in the open would tell about it.
        raise Damaged
    _check_sizes(packed, unpacked)
    return Entry(name, unpacked, packed, start, is_deflated), end


def _name(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & _UTF_8 else "cp932")
    except UnicodeDecodeError:
        raise StrangeEntries from None


def _check_cipher(flags: int, method: int, extra: bytes) -> bool:
    """Whether the entry is deflated, once its cipher is the strong one."""
    if not flags & _ENCRYPTED:
        raise NotSealed
    if method != _AES_METHOD or flags & _STRONG:
        raise WeakCipher
    version, vendor, strength, packing = _AES.unpack(_extra_field(extra, _AES_EXTRA))
    if vendor != b"AE" or version != 2 or strength != _AES_256:
        raise WeakCipher
    if packing not in {_STORED, _DEFLATED}:
        raise StrangeEntries
    return bool(packing == _DEFLATED)


def _extra_field(extra: bytes, wanted: int) -> bytes:
    found, at = [], 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        if tag == wanted:
            found.append(extra[at + 4 : at + 4 + size])
        at += 4 + size
    if at != len(extra) or len(found) != 1 or len(found[0]) != _AES.size:
        raise Damaged
    return found[0]


def _check_sizes(packed: int, unpacked: int) -> None:
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, _OVERHEAD):
        raise TooLarge
    if packed < _OVERHEAD:
        raise Damaged


def _content_of(container: BinaryIO, entry: Entry) -> int:
    """Where an entry's content starts; its local header must tell what the directory told."""
    raw = _exactly(container, entry.start, _LOCAL.size)
    magic, _, flags, method, _, _, crc, packed, unpacked, name_size, extra_size = _LOCAL.unpack(raw)
    rest = _exactly(container, entry.start + _LOCAL.size, name_size + extra_size)
    if magic != b"PK\x03\x04" or _name(rest[:name_size], flags) != entry.name:
        raise Damaged
    if _check_cipher(flags, method, rest[name_size:]) != entry.is_deflated or flags & _DESCRIPTOR:
        raise Damaged
    if (crc, packed, unpacked) != (0, entry.packed, entry.unpacked):
        raise Damaged
    return int(entry.start + _LOCAL.size + name_size + extra_size)


def _exactly(container: BinaryIO, start: int, size: int) -> bytes:
    if start < 0:
        raise Damaged
    container.seek(start)
    raw = container.read(size)
    if len(raw) != size:
        raise Damaged
    return raw
