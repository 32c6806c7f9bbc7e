"""Keys of a municipality (鍵): made here, kept wrapped; the wrapping key is outside the database.

The key file holds one line `id:base64` (32 bytes), made by `bin/manage new_key_file`.
"""

import base64
import hmac
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from tenancy.current import current

KEPT_SECONDS = 60


class KeysMissing(RuntimeError):
    """This municipality's keys are not here (never made, or destroyed): nothing can be read."""


@dataclass(frozen=True)
class KeyRing:
    """One municipality's open keys: one for columns, one for blind indexes."""

    code: str
    data: AESGCM
    index: bytes

    def __repr__(self) -> str:
        return f"KeyRing({self.code})"


_kept: dict[str, tuple[float, KeyRing]] = {}
_held: ContextVar[KeyRing | None] = ContextVar("keys at hand", default=None)


def ring() -> KeyRing:
    """The keys of the municipality being served; raises KeysMissing or NoMunicipality."""
    code = current().code
    held = _held.get()
    if held and held.code == code:
        return held
    now = time.monotonic()
    kept = _kept.get(code)
    if kept and kept[0] > now:
        return kept[1]
    opened = _open(code)
    _kept[code] = (now + KEPT_SECONDS, opened)
    return opened


@contextmanager
def at_hand() -> Iterator[None]:
    """Keep the keys open inside the block: a COPY leaves its connection no room to ask for them."""
    token = _held.set(ring())
    try:
        yield
    finally:
        _held.reset(token)


def create() -> None:
    """Make and wrap the keys of the municipality being served; keeps existing ones."""
    from privacy.models import WrappedKey

    code = current().code
    for purpose in WrappedKey.Purpose.values:
        if not WrappedKey.objects.filter(purpose=purpose).exists():
            WrappedKey.objects.create(
                purpose=purpose,
                wrapping_key=_wrapping_key()[0],
                wrapped=_wrap(os.urandom(32), code, purpose),
            )


def destroy() -> None:
    """Destroy the municipality's keys: what they sealed can never be read again."""
    from privacy.models import WrappedKey

    WrappedKey.objects.all().delete()
    forget_kept()


def forget_kept() -> None:
    """Drop the open keys that this process keeps."""
    _kept.clear()


def new_key_file(path: Path) -> None:
    """Write a new wrapping key, readable by its owner only; never over an old one."""
    line = f"k1:{base64.b64encode(os.urandom(32)).decode()}\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(line)


def fingerprints() -> dict[str, str]:
    """A short name of each key of the municipality being served; it outlives a new wrapping."""
    return {
        purpose: hmac.digest(key, b"waku key fingerprint", "sha256")[:8].hex()
        for purpose, key in sorted(_unwrapped(current().code).items())
    }


def wrapping_secret() -> bytes:
    """The secret of the key file, only to be compared with another."""
    return _wrapping_key()[1]


def check_key_file(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """A system check: no process starts without the wrapping key."""
    del app_configs
    try:
        _wrapping_key()
    except ImproperlyConfigured as problem:
        return [Error(str(problem), id="privacy.E001")]
    return []


def _open(code: str) -> KeyRing:
    opened = _unwrapped(code)
    try:
        return KeyRing(code, AESGCM(opened["data"]), opened["index"])
    except KeyError as missing:
        message = f"The keys of municipality {code} are missing (鍵がありません)."
        raise KeysMissing(message) from missing


def _unwrapped(code: str) -> dict[str, bytes]:
    from privacy.models import WrappedKey

    return {
        row.purpose: _unwrap(bytes(row.wrapped), code, row.purpose)
        for row in WrappedKey.objects.all()
    }


def _wrap(key: bytes, code: str, purpose: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(_wrapping_key()[1]).encrypt(nonce, key, f"{code}|{purpose}".encode())


def _unwrap(wrapped: bytes, code: str, purpose: str) -> bytes:
    try:
        opened = AESGCM(_wrapping_key()[1]).decrypt(
            wrapped[:12], wrapped[12:], f"{code}|{purpose}".encode()
        )
    except InvalidTag as wrong:
        message = f"The key file does not open the keys of municipality {code}."
        raise KeysMissing(message) from wrong
    return opened


@cache
def _wrapping_key() -> tuple[str, bytes]:
    path = Path(settings.WAKU_KEY_FILE)
    try:
        name, _, encoded = path.read_text(encoding="ascii").strip().partition(":")
        key = base64.b64decode(encoded, validate=True)
    except (OSError, ValueError) as problem:
        message = f"鍵ファイルを読めません。WAKU_KEY_FILE を確かめてください: {path}"
        raise ImproperlyConfigured(message) from problem
    if len(key) != 32:
        message = f"鍵ファイルの中身が正しくありません（32 バイトではありません）: {path}"
        raise ImproperlyConfigured(message)
    return name, key
