"""The file layouts (レイアウト) that pass between a municipality and this house."""

from typing import Final

from exchange.layouts.incident import INCIDENT as INCIDENT
from exchange.layouts.layout import Layout
from exchange.layouts.printing import PRINT_LOG as PRINT_LOG
from exchange.layouts.printing import PRINT_RUN as PRINT_RUN
from exchange.layouts.printing import PRINTED as PRINTED
from exchange.layouts.printing import PULL_LIST as PULL_LIST
from exchange.layouts.results import HISTORY as HISTORY
from exchange.layouts.results import RESULTS as RESULTS
from exchange.layouts.results import WIDE_RESULTS as WIDE_RESULTS
from exchange.layouts.roster import ROSTER as ROSTER
from exchange.layouts.slots import SLOTS as SLOTS
from exchange.layouts.target_list import TARGET_LIST as TARGET_LIST

_ALL: Final = (
    TARGET_LIST, ROSTER, INCIDENT, HISTORY, RESULTS, WIDE_RESULTS, PRINT_RUN, PRINTED, PULL_LIST,
    PRINT_LOG, SLOTS,
)  # fmt: skip
LAYOUTS: Final[dict[tuple[str, int], Layout]] = {
    (layout.id, layout.version): layout for layout in _ALL
}


class UnknownLayout(LookupError):
    """A layout this house does not speak."""

    words = "知らないレイアウトです。"


def find(*, layout_id: str, version: int) -> Layout:
    """The layout of this name and version."""
    try:
        return LAYOUTS[layout_id, version]
    except KeyError as unknown:
        raise UnknownLayout(layout_id, version) from unknown
