"""The spool (受渡し用の置き場): sealed containers at rest, under names of ours, readable by us only."""

import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from django.conf import settings

from tenancy.current import current

MAX_SIZE: Final = 200 * 1024 * 1024
_NAME: Final = re.compile(r"[0-9a-f]{32}\.sealed")
_MAGICS: Final = (b"PK", b"7z")


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


def new_name() -> str:
    """A name that says nothing."""
    return f"{uuid.uuid4().hex}.sealed"


def path_of(name: str) -> Path:
    """Where a container lies; only names of ours are looked at."""
    if _NAME.fullmatch(name) is None:
        raise FileNotFoundError(name)
    return folder() / name


def keep(chunks: Iterable[bytes]) -> Spooled:
    """Write a container down; what does not begin like one never reaches the disk."""
    source = iter(chunks)
    start = next(source, b"")
    if not start.startswith(_MAGICS):
        raise OpenFile
    name, digest = new_name(), hashlib.sha256()
    handle = os.open(path_of(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in _within_reason(chain([start], source)):
                digest.update(chunk)
                file.write(chunk)
            size = file.tell()
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        erase(name)
        raise
    return Spooled(name=name, size=size, sha256=digest.hexdigest())


def _within_reason(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_SIZE:
            raise TooLargeToKeep
        yield chunk


def erase(name: str) -> None:
    """Take a container away; one that is gone already is as good."""
    if name:
        path_of(name).unlink(missing_ok=True)


def names() -> list[str]:
    """Every container that lies here."""
    return sorted(path.name for path in folder().iterdir() if _NAME.fullmatch(path.name))
