"""Small disks of our own: a tmpfs, where this machine lets us mount one."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared import room


@contextmanager
def small_disk(parent: Path, *, size_mb: int) -> Iterator[Path | None]:
    """A folder on a disk of this size, or None where nobody may mount; gone afterwards."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="disk-", dir=parent))
    mounted = _mount(folder, size_mb)
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S607 - the system's own
        folder.rmdir()


def _mount(folder: Path, size_mb: int) -> bool:
    if os.geteuid() != 0:
        return False
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=0700", "tmpfs", str(folder)],  # noqa: S607
        check=False, capture_output=True,
    )  # fmt: skip
    return done.returncode == 0


def fill(folder: Path, *, but_mb: int, name: str = "filler") -> Path:
    """Fill the disk up to so many MB."""
    path = folder / name
    size = room.disk_of(folder).free - but_mb * room.MB
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(handle, 0, max(size, 1))
    finally:
        os.close(handle)
    return path
