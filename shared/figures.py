"""Figures as they come in an address or a hidden field."""

LONGEST = 15  # figures: whatever we count has fewer, and Python refuses to read thousands of them


def whole_number(words: str | None) -> int | None:
    """The number that plain figures say; None for anything else, however long it is."""
    if words and words.isascii() and words.isdigit() and len(words) <= LONGEST:
        return int(words)
    return None
