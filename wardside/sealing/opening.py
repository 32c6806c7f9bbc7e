"""Opening a container (開封): every byte is proved authentic before one is handed out.

Sizes in the headers of a .zip are not authenticated: so the shape is read strictly first, then the
code of authenticity over each whole entry, and only then is anything unpacked, with a hard stop.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from pyzipper import BadZipFile
from pyzipper.zipfile_aes import AESZipDecrypter

from wardside.sealing import manifest, names, zip_shape
from wardside.sealing.manifest import Manifest
from wardside.sealing.refusals import BadManifest, Damaged, NotAContainer, NotSealed, WrongPassword
from wardside.sealing.zip_shape import Entry
from wardside.words import Cannot, Words

_BLOCK: Final = 64 * 1024
_HEADER: Final = 18
_CODE: Final = 10

Watch = Callable[[int], None]


class _Aes256:
    """What the library's decrypter asks about an entry."""

    filename = ""
    wz_aes_strength = 3


class Content:
    """The CSV as a stream; what was changed since it was proved ends in a refusal."""

    def __init__(self, blocks: Iterator[bytes], sha256: str) -> None:
        self._blocks = blocks
        self._sha256 = sha256
        self._digest = hashlib.sha256()
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                if self._digest.hexdigest() != self._sha256:
                    raise Damaged
                return b""
            self._digest.update(block)
            self._rest = block
        given, self._rest = (
            (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        )
        return given


@dataclass(frozen=True)
class Opened:
    """A container proved whole: its cover sheet and its CSV, which can be read once."""

    name: str
    size: int
    manifest: Manifest
    stream: Content


def look_at(path: Path) -> int:
    """The size of a container of sound shape; no password is needed to refuse the others."""
    try:
        with path.open("rb") as container:
            _check_start(container)
            zip_shape.entries(container)
            return container.seek(0, 2)
    except OSError:
        raise Cannot(_UNREADABLE) from None


@contextmanager
def opened(*, path: Path, password: str, watch: Watch = lambda _: None) -> Iterator[Opened]:
    """Prove the whole container, then hand out its CSV; a refusal hands out nothing."""
    look_at(path)
    with path.open("rb") as container:
        reader = _Reader(container, password)
        raw = b"".join(reader.unpacked(names.MANIFEST, most=manifest.MAX_SIZE))
        told = manifest.read(raw)
        digest, size = hashlib.sha256(), 0
        for block in reader.unpacked(reader.csv):
            digest.update(block)
            size += len(block)
            watch(container.tell())
        if digest.hexdigest() != told.sha256 or not reader.csv.startswith(f"{told.layout}_"):
            raise BadManifest
        if names.municipality_of(reader.csv) != told.municipality_code:
            raise BadManifest
        yield Opened(reader.csv, size, told, Content(reader.unpacked(reader.csv), told.sha256))


def _check_start(container: BinaryIO) -> None:
    start = container.read(4096)
    container.seek(0)
    if start.startswith(b"PK\x03\x04"):
        return
    if not start.startswith(b"7z\xbc\xaf") and b"\x00" not in start and b"," in start:
        raise NotSealed
    raise NotAContainer


class _Reader:
    """The entries of a container, each proved before it is unpacked."""

    def __init__(self, container: BinaryIO, password: str) -> None:
        self._container = container
        self._password = password.encode()
        self._entries = {one.name: one for one in zip_shape.entries(container)}
        self.csv = names.the_csv(list(self._entries))
        if names.MANIFEST not in self._entries:
            raise BadManifest
        for entry in self._entries.values():
            for _ in self._decrypted(entry):
                pass

    def unpacked(self, name: str, *, most: int | None = None) -> Iterator[bytes]:
        """The bytes of an entry, exactly as many as both its headers say."""
        entry = self._entries[name]
        if most is not None and entry.unpacked > most:
            raise BadManifest
        given = 0
        for block in _inflated(self._decrypted(entry), is_deflated=entry.is_deflated):
            given += len(block)
            if given > entry.unpacked:
                raise Damaged
            yield block
        if given != entry.unpacked:
            raise Damaged

    def _decrypted(self, entry: Entry) -> Iterator[bytes]:
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


def _inflated(blocks: Iterator[bytes], *, is_deflated: bool) -> Iterator[bytes]:
    if not is_deflated:
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


_UNREADABLE: Final = Words("ファイルを開けません。", "The file cannot be opened.")
