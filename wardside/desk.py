"""Between the clerk and the work (窓口): what is said, asked and shown, in one language."""

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final, TextIO

from wardside.outputs import reading
from wardside.problems import EXPLAINED, Found
from wardside.progress import Bar
from wardside.sealing.passwords import typed
from wardside.tables import Readable, proposed_encoding
from wardside.words import Cannot, Words, WrongUse

#: Japan has one zone and no summer time; a Windows Python knows no names of zones.
TOKYO: Final = timezone(timedelta(hours=9), "JST")
_LONGEST_PASSWORD: Final = 1024
_SHOWN: Final = 30


@dataclass
class Desk:
    """One run of the command."""

    language: str
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    source: TextIO = field(default_factory=lambda: sys.stdin)
    at: datetime = field(default_factory=lambda: datetime.now(TOKYO))
    ask: Callable[[str], str] = getpass.getpass

    def say(self, words: Words, **values: object) -> None:
        """A line on the screen."""
        self.out.write(words.filled(**values).told(self.language) + "\n")

    def warn(self, words: Words, *, row: int = 0) -> None:
        """A line on the error stream."""
        where = _ROW.filled(row=row).told(self.language) if row else ""
        self.err.write(where + words.told(self.language) + "\n")

    def bar(self, words: Words, *, size: int) -> Bar:
        """How far a file has come."""
        return Bar(words=words.told(self.language), size=size, to=self.err)

    def problems(self, found: Found, *, everything: bool) -> None:
        """What was found: every kind counted, the rows of the first ones, never a value."""
        for code, count in sorted(found.counts.items()):
            told = EXPLAINED[code].told(self.language)
            self.out.write(f"  {code.value} {told}: {count:,}\n")
        shown = found.kept if everything else found.kept[:_SHOWN]
        for row, column, code in shown:
            place = _PLACE.filled(row=row, column=column or "-").told(self.language)
            self.out.write(f"    {place} {code.value} {EXPLAINED[code].told(self.language)}\n")
        left = found.counts.total() - len(shown)
        if left > 0:
            self.say(_MORE, count=left)

    def password(self, file: Path | None) -> str:
        """The password from the paper, typed unseen, or from a file."""
        if file is None:
            try:
                told = self.ask(_PASSWORD.told(self.language))
            except EOFError:
                raise WrongUse(_NO_PASSWORD) from None
        else:
            with reading(file) as stream:
                raw = stream.read(_LONGEST_PASSWORD + 1)
            try:
                told = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                raise WrongUse(_NO_PASSWORD) from None
        told = typed(told)
        if not told or len(told) > _LONGEST_PASSWORD:
            raise WrongUse(_NO_PASSWORD)
        return told


def declared_encoding(told: str | None, path: Path) -> str:
    """The encoding the clerk declared; without one, a proposal and a stop."""
    if told is not None:
        return told
    with reading(path) as stream:
        proposed = proposed_encoding(stream.read(64 * 1024))
    raise WrongUse(_DECLARE.filled(name=path.name, proposed=proposed))


def size_of(path: Path) -> int:
    """How large a file is."""
    try:
        return path.stat().st_size
    except OSError:
        raise Cannot(_NO_FILE.filled(name=path.name)) from None


class Watch:
    """A stream whose reading moves a bar."""

    def __init__(self, stream: Readable, bar: Bar) -> None:
        self._stream = stream
        self._bar = bar
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        block = self._stream.read(size)
        self._at += len(block)
        self._bar.reach(self._at)
        return block


_ROW: Final = Words("{row}行目: ", "Row {row}: ")
_PLACE: Final = Words("{row}行目 {column}", "row {row} {column}")
_MORE: Final = Words("    ほか {count:,} 件(--all で表示)", "    {count:,} more (--all shows them)")
_PASSWORD: Final = Words("パスワード(表示されません): ", "Password (not shown): ")
_NO_PASSWORD: Final = Words(
    "パスワードを読めません。--password-file か、画面で入力してください。",
    "No password: type it, or give --password-file.",
)
_DECLARE: Final = Words(
    "{name} の文字コードを --encoding で指定してください({proposed} のようです)。",
    "Say the encoding of {name} with --encoding (it looks like {proposed}).",
)
_NO_FILE: Final = Words("{name} がありません。", "There is no {name}.")
