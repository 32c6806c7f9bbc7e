"""Room on a disk (空き容量): asked before a long work begins; a ballast to let go in an emergency."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MB: Final = 2**20
KEPT_FREE: Final = 64 * MB  # nobody's long work may take the last of it
ALARM_SHARE: Final = 0.8  # a disk fuller than this is told of
BALLAST_NAME: Final = "waku-ballast"


class NoRoom(Exception):
    """Too little room for a work that was about to begin; `words` say where and how much."""

    def __init__(self, *, folder: Path | str, needed: int, free: int) -> None:
        self.words = (
            f"空き容量が足りないため始めませんでした（{folder}: 空き {free // MB} MB、"
            f"必要 {needed // MB} MB）。空きを作ってから、もう一度行ってください。"
        )
        super().__init__(self.words)


@dataclass(frozen=True)
class Disk:
    """How full the disk of a folder is."""

    folder: Path
    total: int
    free: int

    @property
    def is_nearly_full(self) -> bool:
        """Whether somebody should be told."""
        return self.free < self.total * (1 - ALARM_SHARE)


def disk_of(folder: Path | str) -> Disk:
    """The disk that holds this folder, or will hold it once it is made."""
    path = Path(folder).absolute()
    while not path.exists():
        path = path.parent
    seen = shutil.disk_usage(path)
    return Disk(path, seen.total, seen.free)


def must_hold(folder: Path | str, *, needed: int) -> None:
    """Refuse a work whose disk would not hold what it writes and still have something left."""
    wanted = needed + KEPT_FREE
    free = disk_of(folder).free
    if free < wanted:
        raise NoRoom(folder=folder, needed=wanted, free=free)


def all_must_hold(folders: Iterable[Path | str], *, needed: int) -> None:
    """As must_hold, for every disk a work writes to."""
    for folder in folders:
        must_hold(folder, needed=needed)


def keep_ballast(folder: Path | str, *, size: int) -> Path:
    """Lay down a ballast: real blocks that can be let go when a disk is full; keeps an equal one."""
    path = Path(folder) / BALLAST_NAME
    if path.exists() and path.stat().st_size == size:
        return path
    let_ballast_go(folder)
    must_hold(folder, needed=size)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        os.posix_fallocate(handle, 0, size)
        os.fsync(handle)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    return path


def let_ballast_go(folder: Path | str) -> int:
    """Give the ballast's room back at once; returns how much that was."""
    path = Path(folder) / BALLAST_NAME
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return 0
    path.unlink(missing_ok=True)
    return size
