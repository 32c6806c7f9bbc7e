"""What is said to the clerk, in Japanese first and in English beside it (文言)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

LANGUAGES: Final = ("ja", "en")


@dataclass(frozen=True)
class Words:
    """One sentence in both languages."""

    ja: str
    en: str

    def told(self, language: str) -> str:
        """The sentence in one language."""
        return self.en if language == "en" else self.ja

    def filled(self, **values: object) -> "Words":
        """The sentence with its gaps filled; the values are never a person's."""
        return Words(self.ja.format(**values), self.en.format(**values))


class Exit(IntEnum):
    """What the command says to whoever started it."""

    DONE = 0
    LOOK = 1  # done as far as it goes: a person must look at rows
    USAGE = 2  # as argparse has it
    REFUSED = 3  # a file or a container that cannot be trusted
    CANNOT = 4  # this computer: no right, no room, a name already taken
    BROKEN_OFF = 130


class Stop(Exception):
    """Nothing was written; the words say why and what to do next."""

    exit = Exit.REFUSED

    def __init__(self, words: Words, *, row: int = 0) -> None:
        super().__init__(type(self).__name__)
        self.words = words
        self.row = row


class Cannot(Stop):
    """This computer or this folder does not allow it."""

    exit = Exit.CANNOT


class WrongUse(Stop):
    """The command was given something it does not take."""

    exit = Exit.USAGE
