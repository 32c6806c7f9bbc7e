"""Tokens of offers: random, kept as a keyed hash, of one municipality and one purpose."""

import secrets
from typing import Final

from privacy import sealing

BYTES: Final = 16
LONGEST: Final = 64


def make() -> str:
    """A new one, for a link in a message; it is written down nowhere else."""
    return secrets.token_urlsafe(BYTES)


def index(token: str) -> bytes:
    """What is kept of it; another municipality's key gives another one."""
    return sealing.blind_index("waiting_list_offer", token[:LONGEST])
