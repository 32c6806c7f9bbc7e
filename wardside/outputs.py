"""New files (出力): whole or not at all, never over an old one, readable by their maker only."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from typing import BinaryIO, Final

from wardside.words import Cannot, Words

DRAFT: Final = ".wardside-"
_FLAGS: Final = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)  # Windows
    | getattr(os, "O_NOFOLLOW", 0)  # not Windows
)


class Outputs:
    """Files that get their names together, once everything in them is right."""

    def __init__(self) -> None:
        self._drafts: list[tuple[Path, Path, BufferedRandom]] = []

    def open(self, path: Path) -> BufferedRandom:
        """A draft in the folder of the file it will become."""
        if path.exists() or path.is_symlink():
            raise Cannot(_TAKEN.filled(name=path.name))
        self._refuse_leftovers(path.parent)
        draft = path.with_name(f"{DRAFT}{secrets.token_hex(8)}.part")
        try:
            stream = os.fdopen(os.open(draft, _FLAGS, 0o600), "w+b")
        except OSError:
            raise Cannot(_CLOSED) from None
        self._drafts.append((draft, path, stream))
        return stream

    def finish(self) -> None:
        """Give every draft its name, or none of them."""
        named: list[Path] = []
        try:
            for draft, path, stream in self._drafts:
                stream.flush()
                os.fsync(stream.fileno())
                stream.close()
                _name(draft, path)
                named.append(path)
        except BaseException:
            for path in named:
                path.unlink(missing_ok=True)
            raise

    def drop(self) -> None:
        """Nothing of what did not get its name stays."""
        for draft, _, stream in self._drafts:
            with contextlib.suppress(OSError):  # a full disk may refuse the last flush
                stream.close()
            draft.unlink(missing_ok=True)
        self._drafts.clear()

    def _refuse_leftovers(self, folder: Path) -> None:
        ours = {draft for draft, _, _ in self._drafts}
        if any(one not in ours for one in folder.glob(f"{DRAFT}*.part")):
            raise Cannot(_LEFT.filled(draft=f"{DRAFT}*.part"))


@contextmanager
def fresh() -> Iterator[Outputs]:
    """Outputs that are named when the block ends well and gone when it does not."""
    made = Outputs()
    try:
        yield made
        made.finish()
    except OSError:
        raise Cannot(_NO_ROOM) from None
    finally:
        made.drop()


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        raise Cannot(_UNREADABLE.filled(name=path.name)) from None


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """A file of the clerk's, opened for reading."""
    try:
        stream = path.open("rb")
    except OSError:
        raise Cannot(_UNREADABLE.filled(name=path.name)) from None
    with stream:
        yield stream


def _name(draft: Path, path: Path) -> None:
    """Rename without ever replacing: by a second name where the file system has them."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise Cannot(_TAKEN.filled(name=path.name)) from None
    except (AttributeError, OSError):
        if path.exists():
            raise Cannot(_TAKEN.filled(name=path.name)) from None
        draft.rename(path)
    else:
        draft.unlink()


_TAKEN: Final = Words(
    "{name} がすでにあります。上書きはしません。別の番号か別のフォルダーにしてください。",
    "{name} is there already and is never replaced: take another number or folder.",
)
_CLOSED: Final = Words(
    "出力のフォルダーに書けません。フォルダーがあるか、権限があるかを確かめてください。",
    "The output folder cannot be written: does it exist, and have you the right?",
)
_LEFT: Final = Words(
    "前に途中で終わった書きかけ({draft})が残っています。消してからもう一度実行してください。",
    "A draft of a run that broke off ({draft}) is left: erase it, then run again.",
)
_NO_ROOM: Final = Words(
    "書き込めませんでした。空き容量を確かめてください。何も残していません。",
    "It could not be written: is there room? Nothing was left behind.",
)
_UNREADABLE: Final = Words("{name} を開けません。", "{name} cannot be opened.")
