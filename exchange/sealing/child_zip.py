"""Reading an AES-256 .zip in the child process (ZIPの復号).

The library's own reader stops at the size a header claims, and a header is not authenticated: with
a smaller size it hands out the beginning of a file and checks nothing (measured). So the code of
authenticity is checked here over the whole entry, before anything is unpacked.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, Protocol

from pyzipper import BadZipFile
from pyzipper.zipfile_aes import AESZipDecrypter

from exchange.sealing import names, zip_shape
from exchange.sealing.refusals import Damaged, WrongPassword
from exchange.sealing.zip_shape import Entry

_BLOCK: Final = 64 * 1024
_HEADER: Final = 18
_CODE: Final = 10


class Reader(Protocol):
    """A container whose header made sense."""

    csv: str
    manifest: str | None

    def hand_out(self, name: str, sink: Callable[[bytes], object]) -> None:
        """Every byte of an entry, or a refusal; the last word on it falls at the end."""


class _Aes256:
    """What the library's decrypter asks about an entry."""

    filename = ""
    wz_aes_strength = 3


class ZipReader:
    """An AES-256 .zip of sound shape, every entry authentic."""

    def __init__(self, container: BinaryIO, password: str) -> None:
        self._container = container
        self._password = password.encode()
        self._entries = {entry.name: entry for entry in zip_shape.entries(container)}
        self.csv = names.the_csv_among(list(self._entries))
        self.manifest = names.MANIFEST if names.MANIFEST in self._entries else None
        for entry in self._entries.values():
            for _ in self._decrypted(entry):
                pass

    def hand_out(self, name: str, sink: Callable[[bytes], object]) -> None:
        entry = self._entries[name]
        given = 0
        for block in _inflated(self._decrypted(entry), entry):
            given += len(block)
            if given > entry.unpacked:
                raise Damaged
            sink(block)
        if given != entry.unpacked:
            raise Damaged

    def _decrypted(self, entry: Entry) -> Iterator[bytes]:
        """Every block of an entry, then the check of them all."""
        container = self._container
        container.seek(entry.content)
        try:
            cipher = AESZipDecrypter(_Aes256, self._password, container.read(_HEADER))
        except RuntimeError:
            raise WrongPassword from None
        left = entry.packed - _HEADER - _CODE
        while left > 0:
            block = container.read(min(_BLOCK, left))
            if not block:
                raise Damaged
            left -= len(block)
            yield cipher.decrypt(block)
        try:
            cipher.check_hmac(container.read(_CODE))
        except BadZipFile:
            raise Damaged from None


def _inflated(blocks: Iterator[bytes], entry: Entry) -> Iterator[bytes]:
    if not entry.is_deflated:
        yield from blocks
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for block in blocks:
            packed = block
            while packed:
                yield inflater.decompress(packed, _BLOCK * 4)
                packed = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error:
        raise Damaged from None
    if not inflater.eof or inflater.unused_data:
        raise Damaged
