"""Passwords (パスワード): long, and without letters that look alike on paper."""

import secrets
from typing import Final

#: No 0 o 1 l i, no 2 z, no 5 s, no 8 b, no 9 g q, no u v: 20 letters and digits remain.
ALPHABET: Final = "acdefhjkmnprtwxy3467"
LENGTH: Final = 28
GROUP: Final = 4


def make_password() -> str:
    """A new password of 121 bits, from the system's own source of chance."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(password: str) -> tuple[str, ...]:
    """The password in groups of four, for reading and typing; the gaps are not part of it."""
    return tuple(password[at : at + GROUP] for at in range(0, len(password), GROUP))


def typed(text: str) -> str:
    """A password as somebody typed it from the paper: the gaps between the groups go."""
    return "".join(text.split())
