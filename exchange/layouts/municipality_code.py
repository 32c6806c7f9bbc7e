"""The six digits of a municipality (市町村コード): five and their check digit."""

from functools import lru_cache
from typing import Final

_WEIGHTS: Final = (6, 5, 4, 3, 2)


@lru_cache(maxsize=4096)
def check_digit_holds(code: str) -> bool:
    """Whether the sixth digit checks the first five (mod 11)."""
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, code[:5], strict=True))
    return int(code[5]) == (11 - total % 11) % 10
