"""How far a long file has come (進捗), on the error stream and only where somebody watches."""

import sys
import time
from types import TracebackType
from typing import Final, Self, TextIO

_WIDE: Final = 30
_EVERY: Final = 0.2


class Bar:
    """A line that is written over again and again."""

    def __init__(self, *, words: str, size: int, to: TextIO | None = None) -> None:
        self._words = words
        self._size = max(size, 1)
        self._to = to if to is not None else sys.stderr
        self._told = 0.0
        self._is_watched = self._to.isatty()

    def reach(self, at: int) -> None:
        """Show how far it is, a few times a second at most."""
        now = time.monotonic()
        if self._is_watched and now - self._told >= _EVERY:
            self._told = now
            self._draw(min(at, self._size))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_watched:
            if kind is None:
                self._draw(self._size)
            self._to.write("\n")
            self._to.flush()

    def _draw(self, at: int) -> None:
        full = _WIDE * at // self._size
        bar = "#" * full + "." * (_WIDE - full)
        self._to.write(f"\r{self._words} [{bar}] {100 * at // self._size:3}%")
        self._to.flush()
