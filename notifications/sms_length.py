"""How long an SMS is (通数): counted in the units the networks count in, not in characters."""

from dataclasses import dataclass
from enum import StrEnum

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWO_SEPTETS = frozenset("^{}\\[~]|€\f")


class Encoding(StrEnum):
    """What a text travels in; one character outside GSM-7 turns all of it into UCS-2."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


# The longest single message, and the part of a longer one beside its header.
ROOM = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}


@dataclass(frozen=True)
class Length:
    """A text as the carrier bills it."""

    encoding: Encoding
    units: int
    segments: int


def measure(text: str) -> Length:
    """The length of a text; an empty one fills one segment as any other short one does."""
    encoding = encoding_of(text)
    widths = [_width(character, encoding) for character in text]
    single, part = ROOM[encoding]
    units = sum(widths)
    return Length(encoding, units, 1 if units <= single else _parts(widths, part))


def encoding_of(text: str) -> Encoding:
    """GSM-7 if every character is in it, else UCS-2."""
    return Encoding.GSM_7 if set(text) <= GSM_7 | TWO_SEPTETS else Encoding.UCS_2


def units_of(text: str) -> int:
    """UCS-2 code units: a kanji outside the basic plane and an emoji count two."""
    return sum(_width(character, Encoding.UCS_2) for character in text)


def shortened(text: str, *, units: int) -> str:
    """The text, or as much of it as fits with … at its end."""
    if units_of(text) <= units:
        return text
    kept = ""
    for character in text:
        if units_of(kept + character) > units - 1:
            break
        kept += character
    return f"{kept}…"


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return 2 if character in TWO_SEPTETS else 1
    return 2 if ord(character) > 0xFFFF else 1


def _parts(widths: list[int], part: int) -> int:
    """A character of two units is never split between two segments."""
    count, left = 1, part
    for width in widths:
        if width > left:
            count, left = count + 1, part
        left -= width
    return count
