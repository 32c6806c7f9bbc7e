"""Writing a container (暗号化): AES-256 .zip that 7-Zip opens, one CSV and its cover sheet."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Final

import pyzipper

from exchange.layouts import writing as csv_writing
from exchange.layouts.layout import Layout
from exchange.sealing.manifest import Manifest, Mark
from exchange.sealing.names import MANIFEST

_AE_2: Final = 2


@dataclass(frozen=True)
class Sealed:
    """A container of ours: what is in it, and what it looks like from outside."""

    path: Path
    manifest: Manifest
    csv_name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Cover:
    """What a container of ours is about."""

    layout: Layout
    municipality_code: str
    base_date: date
    dummy: bool
    serial: int = 1
    mark: Mark | None = None

    @property
    def csv_name(self) -> str:
        """The agreed name, ASCII only, without a person in it."""
        day = f"{self.base_date:%Y%m%d}"
        return f"{self.layout.id}_{self.municipality_code}_{day}_{self.serial:03}.csv"


def seal(
    *,
    cover: Cover,
    rows: Iterable[Sequence[str]],
    to: Path,
    password: str,
    at: datetime,
    beside: Mapping[str, Iterable[bytes]] | None = None,
) -> Sealed:
    """Write rows and papers beside them into a new container; nothing is ever on disk unsealed."""
    count = _Count(rows)
    digest = hashlib.sha256()
    with _new_container(to) as raw, _archive(raw, password) as archive:
        chunks = csv_writing.write(layout=cover.layout, rows=count)
        _add(archive, cover.csv_name, _summed(chunks, digest), at)
        manifest = Manifest(
            layout=cover.layout.id,
            version=cover.layout.version,
            municipality_code=cover.municipality_code,
            base_date=cover.base_date,
            made_at=at,
            rows=count.seen,
            sha256=digest.hexdigest(),
            dummy=cover.dummy,
            mark=cover.mark,
        )
        _add(archive, MANIFEST, [manifest.write()], at)
        for name, paper in (beside or {}).items():
            _add(archive, name, paper, at)
    size, outside = _measured(to)
    return Sealed(path=to, manifest=manifest, csv_name=cover.csv_name, size=size, sha256=outside)


def seal_like_a_clerk(
    *, chunks: Iterable[bytes], name: str, to: Path, password: str, at: datetime
) -> None:
    """A container as a clerk makes it with 7-Zip: the CSV alone, no cover sheet."""
    with _new_container(to) as raw, _archive(raw, password) as archive:
        _add(archive, name, chunks, at)


class _Count:
    """Rows on their way, counted."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self._rows = rows
        self.seen = 0

    def __iter__(self) -> Iterator[Sequence[str]]:
        for row in self._rows:
            self.seen += 1
            yield row


def _summed(chunks: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


@contextmanager
def _new_container(to: Path) -> Iterator[BinaryIO]:
    """A new file only we may read; it gets its name when it is whole, and never replaces one."""
    draft = to.with_name(f".{secrets.token_hex(16)}")
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "w+b") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        os.link(draft, to)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _archive(raw: BinaryIO, password: str) -> Iterator[pyzipper.AESZipFile]:
    with pyzipper.AESZipFile(raw, "w", compression=pyzipper.ZIP_DEFLATED, compresslevel=6) as made:
        made.setpassword(password.encode())
        made.setencryption(pyzipper.WZ_AES, nbits=256, force_wz_aes_version=_AE_2)
        yield made


def _add(archive: pyzipper.AESZipFile, name: str, chunks: Iterable[bytes], at: datetime) -> None:
    info = archive.zipinfo_cls(name, date_time=at.timetuple()[:6])
    info.compress_type = pyzipper.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with archive.open(info, "w") as entry:
        for chunk in chunks:
            entry.write(chunk)


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as container:
        digest = hashlib.file_digest(container, "sha256")
        return container.tell(), digest.hexdigest()
