"""Links on an opening's page to pages of storeys above, which venues does not know (戸口).

An app upstairs registers a maker of links when it is ready; venues only shows what it is given.
"""

from collections.abc import Callable

from shared.masthead import Link
from tenancy.models import Staff
from venues.models import Opening

Maker = Callable[[Opening, Staff], list[Link]]
_makers: list[Maker] = []


def register(maker: Maker) -> None:
    """Show this maker's links on every opening's page."""
    if maker not in _makers:
        _makers.append(maker)


def links(opening: Opening, *, staff: Staff) -> list[Link]:
    """What may be done with an opening elsewhere in the house."""
    return [link for maker in _makers for link in maker(opening, staff)]
