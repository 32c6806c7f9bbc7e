"""A second place for heads: one file a municipality in a folder of another disk or host."""

import errno
import os
from pathlib import Path

from django.conf import settings

from privacy.anchor_lines import Anchored, found_in, written

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW


def tell(anchored: Anchored) -> str | None:
    """Add a line, safe on the disk; an error's name, "" when all is well, None without a folder."""
    if not settings.WAKU_ANCHOR_FOLDER:
        return None
    try:
        handle = os.open(_path(anchored.municipality_code), _FLAGS, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as file:
            file.write(written(anchored) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as failure:
        return errno.errorcode.get(failure.errno or 0, "EIO")
    return ""


def remembered(municipality_code: str) -> list[Anchored]:
    """Every head of one municipality that the file holds; OSError where it cannot be read."""
    if not settings.WAKU_ANCHOR_FOLDER:
        return []
    path = _path(municipality_code)
    if not path.exists():
        return []
    return list(found_in(path.read_text("ascii"), municipality_code=municipality_code))


def _path(municipality_code: str) -> Path:
    return Path(settings.WAKU_ANCHOR_FOLDER) / f"{municipality_code}.anchors"
