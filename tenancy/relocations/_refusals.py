"""Why a municipality cannot move, or not now."""

from collections.abc import Sequence


class RelocationRefused(Exception):
    """Nothing moves; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class NotReady(RelocationRefused):
    """A cluster lacks a setting or a right that replication needs."""


class Unequal(RelocationRefused):
    """The copy differs from the original: the municipality stays where it is."""

    def __init__(self, tables: Sequence[str]) -> None:
        super().__init__(f"写しが一致しない表があります: {'、'.join(tables)}")
        self.tables = tables
