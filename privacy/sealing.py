"""Seal and open one value (暗号化): AES-256-GCM, bound to municipality, table, column and row.

Sealed value: version (1 byte) ‖ nonce (12) ‖ ciphertext and tag. Blind index: HMAC-SHA-256 of the
kind and the normal form, cut to 16 bytes.
"""

import hmac
import os
from collections.abc import Callable, Iterator
from uuid import UUID

from cryptography.exceptions import InvalidTag

from privacy import keys

VERSION = b"\x01"
INDEX_BYTES = 16


class CannotOpen(ValueError):
    """The value was not sealed for this municipality, table, column and row, or was tampered."""


def aad(code: str, table: str, column: str, row: UUID | str | int) -> bytes:
    """What a sealed value is bound to."""
    return f"{code}|{table}|{column}|{row}".encode()


def seal(text: str, *, table: str, column: str, row: UUID | str | int) -> bytes:
    """The ciphertext of one value for exactly this place."""
    ring = keys.ring()
    nonce = os.urandom(12)
    bound = aad(ring.code, table, column, row)
    return VERSION + nonce + ring.data.encrypt(nonce, text.encode(), bound)


def unseal(sealed: bytes, *, table: str, column: str, row: UUID | str | int) -> str:
    """The value; raises CannotOpen when it does not belong exactly here."""
    ring = keys.ring()
    if sealed[:1] != VERSION:
        raise CannotOpen("unknown version")
    bound = aad(ring.code, table, column, row)
    try:
        return ring.data.decrypt(sealed[1:13], sealed[13:], bound).decode()
    except InvalidTag as wrong:
        raise CannotOpen(f"{table}.{column}") from wrong


def blind_index(kind: str, normal_form: str) -> bytes:
    """What a value is found by without being readable: same kind and form, same index."""
    message = f"{kind}|{normal_form}".encode()
    return hmac.digest(keys.ring().index, message, "sha256")[:INDEX_BYTES]


def sealer(*, table: str, column: str) -> Callable[[str, str], bytes]:
    """seal() for one column of many rows (text, row id): keys and chance are drawn in bulk."""
    ring = keys.ring()
    place = aad(ring.code, table, column, "").decode()
    encrypt, nonces = ring.data.encrypt, _nonces()

    def seal_one(text: str, row: str) -> bytes:
        nonce = next(nonces)
        return VERSION + nonce + encrypt(nonce, text.encode(), (place + row).encode())

    return seal_one


def indexer(kind: str) -> Callable[[str], bytes]:
    """blind_index() of one kind for many normal forms."""
    key, start = keys.ring().index, f"{kind}|"
    digest, size = hmac.digest, INDEX_BYTES

    def index_one(normal_form: str) -> bytes:
        return digest(key, (start + normal_form).encode(), "sha256")[:size]

    return index_one


def _nonces() -> Iterator[bytes]:
    # Never kept beyond one bulk work: a process forked half-way would use the same ones again.
    while True:
        block = os.urandom(12 * 1024)
        for at in range(0, len(block), 12):
            yield block[at : at + 12]


def unsealer(*, table: str, column: str) -> Callable[[bytes, str], str]:
    """unseal() for one column of many rows (sealed value, row id)."""
    ring = keys.ring()
    place = aad(ring.code, table, column, "").decode()
    decrypt = ring.data.decrypt

    def unseal_one(sealed: bytes, row: str) -> str:
        if sealed[:1] != VERSION:
            raise CannotOpen("unknown version")
        try:
            return decrypt(sealed[1:13], sealed[13:], (place + row).encode()).decode()
        except InvalidTag as wrong:
            raise CannotOpen(f"{table}.{column}") from wrong

    return unseal_one
