"""One spelling for searching names (ふりがな・氏名), and what tells that a name was damaged."""

import re
import unicodedata

PLACEHOLDERS = frozenset("〓■●□○◆?？\ufffd")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_SAME_SOUND = str.maketrans({"ヂ": "ジ", "ヅ": "ズ", "ヲ": "オ", "ヰ": "イ", "ヱ": "エ"})
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_DASHES = re.compile(r"[‐‑‒–—―−ー－ｰ-]")
_SPACES = re.compile(r"[\s\u3000\u200b]+")
_APART = re.compile(r"[・･·.,'’]")


def search_key(name: str) -> str:
    """The spelling under which a name is searched; the name itself is kept as it came.

    Half-width and full-width, hiragana and katakana, small and large kana, ヂ/ジ and ヅ/ズ, dashes,
    spaces and capitals all fold together. 髙 and 高 do not: they are different names.
    """
    folded = unicodedata.normalize("NFKC", name).translate(_HIRAGANA_TO_KATAKANA).upper()
    folded = _SPACES.sub("", folded).translate(_LARGE).translate(_SAME_SOUND)
    return _APART.sub("", _DASHES.sub("ー", folded))


def has_private_use(text: str) -> bool:
    """Whether a character stands for a ward's own 外字, which looks different everywhere else."""
    return any(unicodedata.category(character) == "Co" for character in text)


def has_placeholder(text: str) -> bool:
    """Whether a sign stands where a character was lost (〓 ■ ●)."""
    return any(character in PLACEHOLDERS for character in text)


def has_bidi_control(text: str) -> bool:
    """Whether an invisible sign turns the order of the letters round."""
    return any(character in _BIDI for character in text)


def has_control(text: str) -> bool:
    """Whether a control character hides in the text (line ends and tabs count too)."""
    return any(unicodedata.category(character) == "Cc" for character in text)


def half_width_digits(text: str) -> str:
    """Full-width figures to half width; everything else stays."""
    return "".join(
        str(unicodedata.digit(character)) if "０" <= character <= "９" else character
        for character in text
    )


def katakana(text: str) -> str:
    """The same words in full-width katakana."""
    return unicodedata.normalize("NFKC", text).translate(_HIRAGANA_TO_KATAKANA)


def is_kana(text: str) -> bool:
    """Whether a text is kana, long vowels and spaces only."""
    return bool(re.fullmatch(r"[\u3041-\u3096\u30a1-\u30fa\u30fc\uff66-\uff9f\s・]+", text))
