"""Rule: how a resident is named where nobody may be named: a short word made of the random id."""

import re
from uuid import UUID

_SHORT = re.compile(r"R?-?([0-9A-F]{4})-?([0-9A-F]{4})-?([0-9A-F]{4})", re.IGNORECASE)


def short(resident_id: UUID) -> str:
    """The first twelve figures, in groups: enough to tell people apart, to read out and to type."""
    figures = resident_id.hex[:12].upper()
    return f"R-{figures[:4]}-{figures[4:8]}-{figures[8:]}"


def span(words: str) -> tuple[UUID, UUID] | None:
    """The ids that a typed reference may mean, first and last; None where it is no reference."""
    text = words.strip()
    try:
        whole = UUID(text)
    except ValueError:
        found = _SHORT.fullmatch(text)
        if found is None:
            return None
        figures = "".join(found.groups())
        return UUID(hex=figures + "0" * 20), UUID(hex=figures + "f" * 20)
    return whole, whole
