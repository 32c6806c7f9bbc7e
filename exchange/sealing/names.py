"""Which names may stand inside a container (中のファイル名)."""

import re
from collections.abc import Sequence
from typing import Final

from exchange.sealing.refusals import BadEntryName, ExtraEntries, NestedArchive

MANIFEST: Final = "manifest.json"

_ARCHIVES: Final = (".zip", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".rar", ".lzh", ".cab")
# Neither a path nor a drive nor anything a file system or a terminal would act on.
_PLAIN: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\\/:*?\"<>|]{1,120}")


def the_csv_among(names: Sequence[str]) -> str:
    """The one CSV's name; a manifest may lie beside it and nothing else."""
    folded = [name.casefold() for name in names]
    if any(name.endswith(_ARCHIVES) for name in folded):
        raise NestedArchive
    if len(set(folded)) != len(folded) or not all(map(_is_plain, names)):
        raise BadEntryName
    data = [name for name in names if name != MANIFEST]
    if len(data) != 1 or len(names) > 2:
        raise ExtraEntries
    if not data[0].casefold().endswith(".csv"):
        raise BadEntryName
    return data[0]


def _is_plain(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None and not name.startswith((".", " ", "~"))


def refuse_archive(start: bytes) -> None:
    """Refuse a content that begins like an archive, whatever it is called."""
    magics = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh")
    if start.startswith((*magics, b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"Rar!", b"MSCF")):
        raise NestedArchive
