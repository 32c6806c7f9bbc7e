"""Rule: what each role sees of a name, a number, an address (マスキング). Unlisted is hidden."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from shared import phone
from tenancy.permissions import Role

HIDDEN: Final = "●●●"
TAIL: Final = 4
OWN_TAIL: Final = 2  # of one's own number on a page that others may see over one's shoulder


class Shown(StrEnum):
    """One item of a resident's record."""

    NAME = "name"
    BORN_ON = "born_on"
    PHONE = "phone"
    EMAIL = "email"
    VOUCHER = "voucher"
    ADDRESS = "address"


def tail(text: str, *, readable: int = TAIL) -> str:
    """The last figures or letters; enough to know one's own by, not to learn another's."""
    kept = len([c for c in text if c.isalnum()]) - readable
    found, seen = "", 0
    for character in text:
        seen += character.isalnum()
        found += "●" if character.isalnum() and seen <= kept else character
    return found


def telephone(e164: str, *, readable: int = TAIL) -> str:
    """A telephone number as people write it, the last figures readable."""
    return tail(phone.national(e164), readable=readable)


def mail(address: str) -> str:
    """The first letter and the domain."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}{HIDDEN}@{domain}"


def town(address: str) -> str:
    """The address up to its first figure: town without house."""
    for place, character in enumerate(address):
        if character.isdigit():
            return f"{address[:place]}{HIDDEN}"
    return HIDDEN


def _whole(value: str) -> str:
    return value


# Who speaks with people needs their name and age; nobody needs a whole number to read.
_ON_THE_PHONE: Final[dict[Shown, Callable[[str], str]]] = {
    Shown.NAME: _whole,
    Shown.BORN_ON: _whole,
    Shown.PHONE: telephone,
    Shown.EMAIL: mail,
    Shown.VOUCHER: tail,
    Shown.ADDRESS: town,
}
SIGHT: Final[dict[str, dict[Shown, Callable[[str], str]]]] = {
    Role.OPERATOR: _ON_THE_PHONE,
    Role.SUPERVISOR: _ON_THE_PHONE,
    Role.WARD_OFFICER: _ON_THE_PHONE,
    Role.VENUE_STAFF: {Shown.NAME: _whole, Shown.BORN_ON: _whole, Shown.VOUCHER: tail},
}


def shown(item: Shown, value: str | None, *, role: str) -> str:
    """What this role sees of a value; empty stays empty."""
    if not value:
        return ""
    way = SIGHT.get(role, {}).get(item)
    return way(value) if way else HIDDEN
