"""The file layouts (レイアウト) that pass between a municipality and this house."""

from typing import Final

from exchange.layouts.incident import INCIDENT as INCIDENT
from exchange.layouts.layout import Layout
from exchange.layouts.results import HISTORY as HISTORY
from exchange.layouts.results import RESULTS as RESULTS
from exchange.layouts.results import WIDE_RESULTS as WIDE_RESULTS
from exchange.layouts.roster import ROSTER as ROSTER
from exchange.layouts.target_list import TARGET_LIST as TARGET_LIST

LAYOUTS: Final[dict[tuple[str, int], Layout]] = {
    (layout.id, layout.version): layout
    for layout in (TARGET_LIST, ROSTER, INCIDENT, HISTORY, RESULTS, WIDE_RESULTS)
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
