"""Where a place is, in words of a message (会場の言い方)."""

from booking.rulebook import rulebook
from venues.slot_facts import SlotFacts


def where(place: SlotFacts, language: str) -> str:
    """The venue, and before it the programme where there are several."""
    in_english = language == "en"
    venue = place.venue_name_en if in_english else place.venue_name
    if len(rulebook().programmes) < 2:
        return venue
    return f"{place.programme_name_en if in_english else place.programme_name} {venue}"
