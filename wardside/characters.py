"""Which characters a cell may hold (文字): hidden, broken, lost, and those a spreadsheet would run."""

import re
from typing import Final

HIDDEN: Final = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)
#: Private use (外字), and what a host prints in place of a character it has lost.
GAIJI: Final = r"\ue000-\uf8ff\U000f0000-\U000fffff\U00100000-\U0010ffff〓■●\ufffd\uffff\ufffe"
VARIATION: Final = r"\ufe00-\ufe0f\U000e0100-\U000e01ef"
SPACE: Final = " \u3000\u00a0"

_hidden = re.compile(f"[{HIDDEN}]")
_gaiji = re.compile(f"[{GAIJI}]")
_variation = re.compile(f"[{VARIATION}]")
_formula = re.compile(r"[\s'\"’”]*[=+\-@＝＋－＠−\t\r\x00]")
# A bare hyphen and a plain number are shown by a spreadsheet, not run.
_harmless = re.compile(r"[-－−]+|[-+]?[0-9][0-9,]*(?:\.[0-9]+)?")


def has_hidden(text: str) -> bool:
    """Control characters, tabs, line ends, direction overrides, characters of no width."""
    return _hidden.search(text) is not None


def has_gaiji(text: str) -> bool:
    """A private-use character (外字), or what a host leaves where one was lost."""
    return _gaiji.search(text) is not None


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula."""
    return _formula.match(text) is not None


def length(text: str) -> int:
    """Characters as a person counts them: a variation selector is no character of its own."""
    return len(_variation.sub("", text))


def fits(text: str, encoding: str) -> bool:
    """Whether every character of the text exists in an encoding."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def excel_safe(text: str) -> str:
    """The text as a spreadsheet will show it, never run it; `as_written` gives it back."""
    if starts_formula(text) and _harmless.fullmatch(text) is None:
        return f"'{text}"
    return text


def as_written(cell: str) -> str:
    """The text behind a cell made safe for a spreadsheet, here or on the platform."""
    return cell[1:] if cell.startswith("'") and starts_formula(cell[1:]) else cell
