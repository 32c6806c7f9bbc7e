"""Slips (整理番号): a random number in a signed cookie of its own; nothing about a person.

A slip says when its bearer was last seen and where they stood, so that a place outlives a cut of
five minutes and even the loss of Valkey. Signed for one municipality: elsewhere it is worth nothing.
"""

import secrets
from dataclasses import dataclass
from functools import cache

from django.core.signing import BadSignature, Signer

COOKIE = "__Host-slip"
LONGEST = 200
WAITING, ENTERED = "w", "e"
ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"


@dataclass(frozen=True)
class Slip:
    """What somebody at the door shows."""

    slip: str
    kind: str
    order: str
    seen: str


class NotOurs(Exception):
    """The cookie was not made by us for this municipality."""


NOBODY = Slip("", "", "", "")


def fresh() -> str:
    """A new number that nobody can guess."""
    return secrets.token_urlsafe(12)


def written(slip: Slip, *, code: str) -> str:
    """The whole Set-Cookie line."""
    value = _signer(code).sign(f"{slip.slip}.{slip.kind}.{slip.order}.{slip.seen}")
    return f"{COOKIE}={value}; {ATTRIBUTES}"


def shown(cookies: str, *, code: str) -> Slip:
    """The slip among the cookies of a request; NOBODY without one; raises NotOurs."""
    value = _value(cookies)
    if not value:
        return NOBODY
    try:
        parts = _signer(code).unsign(value[:LONGEST]).split(".")
    except BadSignature as bad:
        raise NotOurs from bad
    slip, kind, order, whole, part = [*parts, "", "", "", ""][:5]
    if len(parts) not in {4, 5}:
        raise NotOurs
    return Slip(slip, kind, order, f"{whole}.{part}" if part else whole)


def _value(cookies: str) -> str:
    for one in cookies.split(";"):  # another cookie that nobody can read takes no place away
        name, _, value = one.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


@cache
def _signer(code: str) -> Signer:
    return Signer(salt=f"frontdoor.slips:{code}")
