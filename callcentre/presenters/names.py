"""Names in the language of the page."""

from typing import Protocol

from django.utils.translation import get_language


class Named(Protocol):
    """A venue, or its line in a picture."""

    @property
    def name(self) -> str:
        """In Japanese."""

    @property
    def name_en(self) -> str:
        """In English; may be empty."""


def named(venue: Named | None) -> str:
    """A venue's name in the language of the page."""
    if venue is None:
        return ""
    is_japanese = (get_language() or "ja").startswith("ja")
    return venue.name if is_japanese else venue.name_en or venue.name
