"""The key file (鍵ファイル): what wraps every municipality's keys, outside of the database.

A line is `id:base64` (32 bytes). The first line wraps; while the file is exchanged, the former key
stands below it and still opens what it wrapped (bin/manage rewrap_keys).
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

MOST: Final = 4  # lines; more is a file that somebody forgot to clear


@dataclass(frozen=True, repr=False)
class WrappingKey:
    """One line of the file."""

    name: str
    secret: bytes


@cache
def wrapping_keys() -> tuple[WrappingKey, ...]:
    """The keys of the file, the wrapping one first; read once a process, or a loud stop."""
    path = Path(settings.WAKU_KEY_FILE)
    try:
        return _read(path)
    except (OSError, ValueError) as problem:
        message = f"鍵ファイルを読めません。WAKU_KEY_FILE を確かめてください: {path}"
        raise ImproperlyConfigured(message) from problem


def make(path: Path, *, before: Path | None = None) -> None:
    """Write a new key, readable by its owner only and never over an old one.

    `before` is the file in use: its keys stand below the new one.
    """
    secret = os.urandom(32)
    name = f"k{hashlib.sha256(b'waku key name|' + secret).hexdigest()[:8]}"
    kept = _read(before) if before else ()
    lines = [
        f"{one.name}:{base64.b64encode(one.secret).decode()}\n"
        for one in (WrappingKey(name, secret), *kept)
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> tuple[WrappingKey, ...]:
    lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines()]
    found = tuple(_line(line) for line in lines if line)
    if not 1 <= len(found) <= MOST or len({one.secret for one in found}) < len(found):
        raise ValueError(len(found))
    return found


def _line(line: str) -> WrappingKey:
    name, _, encoded = line.partition(":")
    secret = base64.b64decode(encoded, validate=True)
    if len(secret) != 32 or not name:
        raise ValueError(len(secret))
    return WrappingKey(name, secret)
