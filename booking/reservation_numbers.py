"""Reservation numbers (予約番号) MMDD-NNNNNN-C: the day, six random digits, a check character."""

import re
import secrets
from datetime import date

ALPHABET = "ABCDEFGHJKLMNPQRTUVWXY"  # no I, O, S, Z: they are read as 1, 0, 5, 2
FORM = re.compile(r"([0-9]{4})-?([0-9]{6})-?([A-Z])")


def make(day: date) -> str:
    """A new number; random, so it tells nothing and cannot be guessed from another."""
    digits = f"{day:%m%d}{secrets.randbelow(1_000_000):06d}"
    return f"{digits[:4]}-{digits[4:]}-{check_character(digits)}"


def check_character(digits: str) -> str:
    """The letter that finds a single wrong digit and most swaps of neighbours."""
    total = sum(int(digit) * weight for weight, digit in enumerate(digits, start=2))
    return ALPHABET[total % len(ALPHABET)]


def read(typed: str) -> str | None:
    """The number in its one form from what a person typed, or None when it cannot be one."""
    from unicodedata import normalize

    plain = re.sub(r"[\s‐－ー−―]", "", normalize("NFKC", typed)).upper()
    match = FORM.fullmatch(plain)
    if match is None:
        return None
    day, digits, letter = match.groups()
    return f"{day}-{digits}-{letter}" if check_character(day + digits) == letter else None
