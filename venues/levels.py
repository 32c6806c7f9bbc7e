"""How much is free, in the four levels a resident sees: ○ △ × – (空き状況)."""

from enum import StrEnum


class Level(StrEnum):
    """What is said of a slot, an opening or a day, from best to worst."""

    MANY = "many"
    FEW = "few"
    NONE = "none"
    CLOSED = "closed"


FEW_PLACES = 2
FEW_SHARE = 5  # a fifth of the capacity
ORDER = tuple(Level)


def level(*, capacity: int, left: int, is_open: bool) -> Level:
    """The level of some places: few are two, or a fifth of the capacity."""
    if not is_open:
        return Level.CLOSED
    if left <= 0:
        return Level.NONE
    few = left <= FEW_PLACES or left * FEW_SHARE <= capacity
    return Level.FEW if few else Level.MANY


def best(levels: list[Level]) -> Level:
    """The best of several levels; nothing at all is closed."""
    return min(levels, key=ORDER.index, default=Level.CLOSED)
