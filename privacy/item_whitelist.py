"""Which party may hold which item (データ項目): the founding document's lists, as data."""

import csv
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).with_name("item_whitelist.csv")

#: A value we make ourselves to steer a file (serial, operation, channel): no new personal item.
CONTROL: Final = "control"


class Party(StrEnum):
    """The parties of the founding document, as its lists name them."""

    VRS = "VRS"
    HOST = "host"
    HEALTH_INFORMATION_SYSTEM = "health_info_system"
    PRIME_CONTRACTOR = "prime_contractor_booking"
    PRINTER = "printer"
    CALL_CENTRE = "call_centre"
    CLINIC = "clinic"


class UnknownItem(KeyError):
    """An item that stands on no list at all."""


@cache
def _lists() -> dict[str, dict[str, str]]:
    with _SOURCE.open(encoding="utf-8", newline="") as source:
        return {line["item_en"]: line for line in csv.DictReader(source)}


def items() -> tuple[str, ...]:
    """Every item the founding document names, in its order."""
    return tuple(_lists())


def may_hold(*, party: Party, item: str) -> bool:
    """Whether a party may hold an item: listed, or a control value derived from listed ones."""
    if item == CONTROL:
        return True
    try:
        line = _lists()[item]
    except KeyError as unknown:
        raise UnknownItem(item) from unknown
    return line[party] in {"Y", "d"}


def not_allowed(*, party: Party, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The items among these that the party may not hold."""
    return tuple(item for item in wanted if not may_hold(party=party, item=item))
