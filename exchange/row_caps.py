"""Rule: how many people one file may hold, by the role that asks and the purpose it names (T07)."""

from typing import Final

from exchange.models import Parcel
from tenancy.permissions import Role

_P = Parcel.Purpose
#: What is not here is nothing: a role or purpose without a line hands out nobody.
MOST_ROWS: Final[dict[str, dict[str, int]]] = {
    Role.WARD_OFFICER: {
        _P.REGISTER: 1_000_000,
        _P.VISIT_DAY: 20_000,
        _P.WARD_CHECK: 2_000,
        _P.PRINTING: 1_000_000,  # everybody on the list
        _P.INCIDENT: 500_000,  # whoever was seen must be told, however many
    },
}


def most(*, role: str, purpose: str) -> int:
    """The greatest number of rows; 0 where the role has no such purpose."""
    return MOST_ROWS.get(role, {}).get(purpose, 0)
