"""Keys of a municipality (鍵): made here, kept wrapped; the wrapping key is outside the database.

privacy.key_file reads the file; `bin/manage new_key_file` makes it.
"""

import hmac
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from privacy.key_file import wrapping_keys
from tenancy.current import current

if TYPE_CHECKING:
    from privacy.models import WrappedKey

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

    for purpose in WrappedKey.Purpose.values:
        if not WrappedKey.objects.filter(purpose=purpose).exists():
            WrappedKey.objects.create(
                purpose=purpose,
                wrapping_key=wrapping_keys()[0].name,
                wrapped=wrapped(os.urandom(32), purpose),
            )


def destroy() -> None:
    """Destroy the municipality's keys: what they sealed can never be read again."""
    from privacy.models import WrappedKey

    WrappedKey.objects.all().delete()
    forget_kept()


def forget_kept() -> None:
    """Drop the open keys that this process keeps."""
    _kept.clear()


def fingerprints() -> dict[str, str]:
    """A short name of each key of the municipality being served; it outlives a new wrapping."""
    return {
        purpose: hmac.digest(key, b"waku key fingerprint", "sha256")[:8].hex()
        for purpose, key in sorted(_all_unwrapped().items())
    }


def wrapping_secrets() -> list[bytes]:
    """The secrets of the key file, only to be compared with another."""
    return [one.secret for one in wrapping_keys()]


def wrapped(key: bytes, purpose: str) -> bytes:
    """A key of the municipality being served, wrapped by the first key of the file."""
    nonce = os.urandom(12)
    about = f"{current().code}|{purpose}".encode()
    return nonce + AESGCM(wrapping_keys()[0].secret).encrypt(nonce, key, about)


def unwrapped(row: "WrappedKey") -> bytes:
    """The key in this row, opened by whichever key of the file wrapped it; or KeysMissing."""
    code = current().code
    for one in wrapping_keys():
        opened = _opened(one.secret, row, code)
        if opened is not None:
            return opened
    raise KeysMissing(f"The key file does not open the keys of municipality {code}.")


def opens(secret: bytes, row: "WrappedKey", code: str) -> bool:
    """Whether this secret opens the key in this row."""
    return _opened(secret, row, code) is not None


def check_key_file(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """A system check: no process starts without the wrapping key."""
    del app_configs
    try:
        wrapping_keys()
    except ImproperlyConfigured as problem:
        return [Error(str(problem), id="privacy.E001")]
    return []


def _open(code: str) -> KeyRing:
    opened = _all_unwrapped()
    try:
        return KeyRing(code, AESGCM(opened["data"]), opened["index"])
    except KeyError as missing:
        message = f"The keys of municipality {code} are missing (鍵がありません)."
        raise KeysMissing(message) from missing


def _all_unwrapped() -> dict[str, bytes]:
    from privacy.models import WrappedKey

    return {row.purpose: unwrapped(row) for row in WrappedKey.objects.all()}


def _opened(secret: bytes, row: "WrappedKey", code: str) -> bytes | None:
    box, about = bytes(row.wrapped), f"{code}|{row.purpose}".encode()
    try:
        return AESGCM(secret).decrypt(box[:12], box[12:], about)
    except InvalidTag:
        return None
