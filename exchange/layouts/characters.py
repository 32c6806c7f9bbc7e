"""Which characters a text from a ward may hold (文字): hidden, broken and lost ones are named."""

import re
from typing import Final

# C0, DEL, C1; soft hyphen; bidi marks and overrides; zero widths; line and paragraph
# separators; tags. Variation selectors (FE00-FE0F, E0100-E01EF) stay: they are part of a name.
HIDDEN: Final = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)
PRIVATE: Final = r"\ue000-\uf8ff\U000f0000-\U000fffff\U00100000-\U0010ffff"
#: What a host prints in place of a character it has lost.
PLACEHOLDER: Final = r"〓■●\ufffd\uffff\ufffe"
VARIATION: Final = r"\ufe00-\ufe0f\U000e0100-\U000e01ef"
#: A cell that begins so is a formula to Excel, also in full width.
FORMULA: Final = r"=+\-@＝＋－＠−"
SPACE: Final = " \u3000\u00a0"

_hidden = re.compile(f"[{HIDDEN}]")
_gaiji = re.compile(f"[{PRIVATE}{PLACEHOLDER}]")
_variation = re.compile(f"[{VARIATION}]")
_formula = re.compile(rf"[\s'\"’”]*[{FORMULA}\t\r\x00]")

#: A text with nothing to say about it, as part of a larger expression; {} is the length.
CLEAN: Final = (
    rf"(?![\s'\"’”{FORMULA}])[^{HIDDEN}{PRIVATE}{PLACEHOLDER}{VARIATION}]{{%d,%d}}(?<!\s)"
)


def has_hidden(text: str) -> bool:
    """Control characters, tabs, line ends, direction overrides, characters of no width."""
    return _hidden.search(text) is not None


def has_gaiji(text: str) -> bool:
    """A private-use character (外字), or what a host leaves where one was lost."""
    return _gaiji.search(text) is not None


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return _formula.match(text) is not None


def length(text: str) -> int:
    """Characters as a person counts them: a variation selector is no character of its own."""
    return len(_variation.sub("", text))


def fits_cp932(text: str) -> bool:
    """Whether the text can be written in the old code of Windows."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def excel_safe(text: str) -> str:
    """The text as a spreadsheet will show it, never run it; `as_written` gives it back."""
    return f"'{text}" if starts_formula(text) else text


def as_written(cell: str) -> str:
    """The text behind a cell made by `excel_safe`."""
    return cell[1:] if cell.startswith("'") and starts_formula(cell[1:]) else cell
