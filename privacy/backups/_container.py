"""A sealed file: AES-256-GCM in chunks, each bound to its place, the last one marked.

`WAKU-BACKUP-1` ‖ header (what it holds, which key, its own key wrapped) ‖ chunks. Every file has
a key of its own, so that counting nonces never repeat; the header is bound into every chunk. A
file that lacks its end, or a bit of it, opens for nobody.
"""

import base64
import contextlib
import errno
import hashlib
import json
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.backups._backup_key import BackupKey
from privacy.backups._refusals import AlreadyThere, Damaged, DiskFull, NotABackup, WrongBackupKey

MAGIC: Final = b"WAKU-BACKUP-1\n"
CHUNK: Final = 2**20
_LENGTH: Final = struct.Struct(">I")
_TAG: Final = 16
_LONGEST_HEADER: Final = 4096


def write(pieces: Iterable[bytes], *, to: Path, what: str, key: BackupKey) -> int:
    """Seal these bytes into a new file, or leave none; returns its size."""
    with _new_file(to) as file:
        secret = AESGCM.generate_key(256)
        header = _header(secret, what=what, key=key)
        file.write(MAGIC + _LENGTH.pack(len(header)) + header)
        bound, cipher = _bound(header), AESGCM(secret)
        for number, (chunk, is_last) in enumerate(_chunks(pieces)):
            sealed = cipher.encrypt(_nonce(number, is_last=is_last), chunk, bound)
            file.write(_LENGTH.pack(len(sealed) << 1 | is_last) + sealed)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def read(path: Path, *, what: str, key: BackupKey) -> Iterator[bytes]:
    """The bytes, chunk by chunk, each proved whole before it is given; a broken file is Damaged."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise NotABackup
        header = _exactly(file, _LENGTH.unpack(_exactly(file, _LENGTH.size))[0])
        cipher, bound = AESGCM(_opened(header, what=what, key=key)), _bound(header)
        number, is_last = 0, False
        while not is_last:
            word = _LENGTH.unpack(_exactly(file, _LENGTH.size))[0]
            is_last, length = bool(word & 1), word >> 1
            if not _TAG <= length <= CHUNK + _TAG:
                raise Damaged
            try:
                yield cipher.decrypt(_nonce(number, is_last=is_last), _exactly(file, length), bound)
            except InvalidTag as wrong:
                raise Damaged from wrong
            number += 1
        if file.read(1):
            raise Damaged


def _header(secret: bytes, *, what: str, key: BackupKey) -> bytes:
    nonce = os.urandom(12)
    wrapped = nonce + AESGCM(key.secret).encrypt(nonce, secret, _purpose(what, key.name))
    said = {"what": what, "key": key.name, "wrapped": base64.b64encode(wrapped).decode()}
    return json.dumps(said).encode()


def _opened(header: bytes, *, what: str, key: BackupKey) -> bytes:
    try:
        said = json.loads(header)
        kind, name = str(said["what"]), str(said["key"])
        wrapped = base64.b64decode(said["wrapped"], validate=True)
    except (ValueError, KeyError, TypeError) as problem:
        raise Damaged from problem
    if kind != what:
        raise NotABackup
    if name != key.name:
        raise WrongBackupKey
    try:
        return AESGCM(key.secret).decrypt(wrapped[:12], wrapped[12:], _purpose(what, name))
    except (InvalidTag, ValueError) as wrong:
        raise Damaged from wrong


def _purpose(what: str, name: str) -> bytes:
    return f"waku backup|{what}|{name}".encode()


def _bound(header: bytes) -> bytes:
    return hashlib.sha256(MAGIC + header).digest()


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _chunks(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Equal chunks and whether each is the last; there is always a last one."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) > CHUNK:
            yield bytes(waiting[:CHUNK]), False
            del waiting[:CHUNK]
    yield bytes(waiting), True


def _exactly(file: BinaryIO, length: int) -> bytes:
    found = file.read(length) if length <= max(CHUNK + _TAG, _LONGEST_HEADER) else b""
    if len(found) != length:
        raise Damaged
    return found


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file without a name until it is whole: a kill or a full disk leaves nothing."""
    if path.exists():
        words = f"{path} はすでにあります。上書きはしません。"
        raise AlreadyThere(words)
    named: Path | None = None
    try:
        handle = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, 0o600)
    except OSError as problem:
        if problem.errno not in {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}:
            raise
        named = path.with_name(f".{path.name}.part")  # the next try writes over it
        handle = os.open(named, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            _give_name(str(named) if named else f"/proc/self/fd/{file.fileno()}", path)
    except FileExistsError as there:
        words = f"{path} はすでにあります。上書きはしません。"
        raise AlreadyThere(words) from there
    except OSError as problem:
        if problem.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DiskFull from problem
        raise
    finally:
        if named is not None:
            named.unlink(missing_ok=True)


def _give_name(source: str, path: Path) -> None:
    """The file appears whole under its name, never over another, and survives a loss of power."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # A folder's handle makes Python follow the link to the nameless file.
        os.link(source, path.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)
        with contextlib.suppress(OSError):  # some file systems cannot
            os.fsync(folder)
    finally:
        os.close(folder)
