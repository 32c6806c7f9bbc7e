"""Reading a .7z with sealed names in the child process (7zの復号)."""

import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO, Final

import py7zr
from py7zr.io import Py7zIO, WriterFactory

from exchange.sealing import names
from exchange.sealing.refusals import Damaged, ExtraEntries, NamesReadable, TooLarge, WrongPassword
from exchange.sealing.zip_shape import MAX_RATIO, MAX_UNPACKED

#: All that py7zr lets escape when a password is wrong or a byte has changed; a .7z has no code
#: of authenticity, so the two cannot be told apart.
_GARBLED: Final = (
    py7zr.exceptions.ArchiveError,
    lzma.LZMAError,
    zlib.error,
    OSError,
    EOFError,
    TypeError,
    ValueError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    RuntimeError,
)


class _Tap(Py7zIO):  # type: ignore[misc]  # py7zr ships no types
    """Hands on what py7zr writes; counts, sums, and stops what grows beyond its word."""

    def __init__(self, sink: Callable[[bytes], object], most: int) -> None:
        self._sink = sink
        self._most = most
        self.given = 0
        self.sum = 0

    def write(self, s: bytes | bytearray) -> int:
        self.given += len(s)
        if self.given > self._most:
            raise TooLarge
        self.sum = zlib.crc32(s, self.sum)
        self._sink(bytes(s))
        return len(s)

    def read(self, size: int | None = None) -> bytes:  # noqa: ARG002 - py7zr's own signature
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002 - as above
        return 0

    def flush(self) -> None:
        return

    def size(self) -> int:
        return self.given


class _Taps(WriterFactory):  # type: ignore[misc]  # as above
    def __init__(self, tap: _Tap) -> None:
        self._tap = tap

    def create(self, filename: str) -> Py7zIO:  # noqa: ARG002 - py7zr's own signature
        return self._tap


class SevenReader:
    """A .7z whose header opened with the password."""

    def __init__(self, container: BinaryIO, password: str) -> None:
        self._container = container
        self._password = password
        size = container.seek(0, 2)
        self._refuse_readable_names()
        archive = self._open()
        infos = archive.list()
        if any(info.is_directory or info.is_symlink for info in infos):
            raise ExtraEntries
        self.csv = names.the_csv_among([info.filename for info in infos])
        self._infos = {info.filename: info for info in infos}
        self.manifest = names.MANIFEST if names.MANIFEST in self._infos else None
        total = sum(info.uncompressed for info in infos)
        if total > MAX_UNPACKED or total > MAX_RATIO * size:
            raise TooLarge

    def hand_out(self, name: str, sink: Callable[[bytes], object]) -> None:
        info = self._infos[name]
        tap = _Tap(sink, info.uncompressed)
        archive = self._open()
        try:
            archive.extract(targets=[name], factory=_Taps(tap))
        except _GARBLED:
            raise WrongPassword from None
        if tap.given != info.uncompressed or tap.sum != info.crc32:
            raise Damaged

    def _open(self) -> py7zr.SevenZipFile:
        self._container.seek(0)
        try:
            return py7zr.SevenZipFile(self._container, password=self._password)
        except _GARBLED:
            raise WrongPassword from None

    def _refuse_readable_names(self) -> None:
        self._container.seek(0)
        try:
            py7zr.SevenZipFile(self._container)
        except py7zr.exceptions.PasswordRequired:
            return
        except _GARBLED:
            raise Damaged from None
        raise NamesReadable
