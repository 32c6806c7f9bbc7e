"""The spool (受渡し用の置き場): sealed containers at rest, under names of ours, readable by us only."""

import errno
import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from shared import room
from tenancy.current import current

MAX_SIZE: Final = 200 * 1024 * 1024
_NAME: Final = re.compile(r"[0-9a-f]{32}\.sealed")
_MAGICS: Final = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c")
_START: Final = 6


class SpoolRefused(Exception):
    """A file that is not even written down; `words` say why."""

    words = "このファイルは受け取れません。"


class TooLargeToKeep(SpoolRefused):
    """More than any container of a target list."""

    words = "ファイルが大きすぎます（200 MBまで）。"


class OpenFile(SpoolRefused):
    """It does not begin like a container, so it may be personal data in the open."""

    words = (
        "暗号化した .zip または .7z ではないため、保存せずに破棄しました。"
        "暗号化していない個人情報を送った場合は、誤送付として報告してください。"
    )


class DiskFull(SpoolRefused):
    """No room to keep it; nothing was written down."""

    words = "サーバーの空き容量が足りないため、受け取れませんでした。委託先に連絡してください。"


@dataclass(frozen=True)
class Spooled:
    """A container that was written down."""

    name: str
    size: int
    sha256: str


def folder() -> Path:
    """The spool of the municipality being served."""
    found = Path(settings.WAKU_SPOOL) / current().code
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def disks_must_hold(*, needed: int) -> None:
    """Refuse a long work before it begins: the spool's disk and PostgreSQL's, where it is known."""
    room.all_must_hold([folder(), *settings.WAKU_DATA_FOLDERS], needed=needed)


def new_name() -> str:
    """A name that says nothing."""
    return f"{uuid.uuid4().hex}.sealed"


def path_of(name: str) -> Path:
    """Where a container lies; only names of ours are looked at."""
    if _NAME.fullmatch(name) is None:
        raise FileNotFoundError(name)
    return folder() / name


class Writer:
    """Writes a container down as it arrives; what does not begin like one never reaches the disk."""

    def __init__(self) -> None:
        self._start = b""
        self._file: BinaryIO | None = None
        self._digest = hashlib.sha256()
        self._size = 0
        self.name = new_name()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes, or refuse the whole."""
        if self._file is None:
            self._start += chunk
            if len(self._start) < _START and chunk:
                return
            if not self._start.startswith(_MAGICS):
                raise OpenFile
            chunk = self._start
            self._file = self._opened()
        self._size += len(chunk)
        if self._size > MAX_SIZE:
            self.abandon()
            raise TooLargeToKeep
        self._digest.update(chunk)
        with self._room_or_nothing():
            self._file.write(chunk)

    def finish(self) -> Spooled:
        """The whole container, safe on the disk."""
        if self._file is None:
            raise OpenFile
        with self._room_or_nothing(), self._file as file:
            file.flush()
            os.fsync(file.fileno())
        return Spooled(name=self.name, size=self._size, sha256=self._digest.hexdigest())

    def abandon(self) -> None:
        """Leave nothing."""
        if self._file is not None:
            with suppress(OSError):  # what a full disk did not take is not wanted any more
                self._file.close()
        erase(self.name)

    @contextmanager
    def _room_or_nothing(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            self.abandon()
            if problem.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
                raise DiskFull from problem
            raise

    def _opened(self) -> BinaryIO:
        try:
            room.must_hold(folder(), needed=len(self._start))
        except room.NoRoom as none:
            raise DiskFull from none
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        return os.fdopen(os.open(path_of(self.name), flags, 0o600), "wb")


def keep(chunks: Iterable[bytes]) -> Spooled:
    """Write a whole container down, or nothing."""
    writer = Writer()
    try:
        for chunk in chunks:
            writer.write(chunk)
        return writer.finish()
    except BaseException:
        writer.abandon()
        raise


def erase(name: str) -> None:
    """Take a container away; one that is gone already is as good."""
    if name:
        path_of(name).unlink(missing_ok=True)


def names() -> list[str]:
    """Every container that lies here."""
    return sorted(path.name for path in folder().iterdir() if _NAME.fullmatch(path.name))
