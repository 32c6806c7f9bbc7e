"""Writing a container (暗号化): the platform's intake and 7-Zip open it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BufferedRandom
from typing import Final

import pyzipper

from wardside.sealing.manifest import Manifest
from wardside.sealing.names import MANIFEST

_AE_2: Final = 2


@dataclass(frozen=True)
class Cover:
    """What a container is about."""

    layout: str
    version: int
    municipality_code: str
    base_date: date
    dummy: bool
    serial: int = 1

    @property
    def stem(self) -> str:
        """The agreed name without its ending: ASCII only, without a person in it."""
        day = f"{self.base_date:%Y%m%d}"
        return f"{self.layout}_{self.municipality_code}_{day}_{self.serial:03}"


@dataclass(frozen=True)
class Sealed:
    """What the container holds, and what it looks like from outside."""

    manifest: Manifest
    size: int
    sha256: str


def seal(
    *,
    cover: Cover,
    chunks: Iterable[tuple[int, bytes]],
    to: BufferedRandom,
    password: str,
    at: datetime,
) -> Sealed:
    """Write chunks (rows in each, bytes) into a container; nothing lies on a disk unsealed."""
    digest, rows = hashlib.sha256(), 0
    with pyzipper.AESZipFile(to, "w", compression=pyzipper.ZIP_DEFLATED, compresslevel=6) as made:
        made.setpassword(password.encode())
        made.setencryption(pyzipper.WZ_AES, nbits=256, force_wz_aes_version=_AE_2)
        with made.open(_entry(made, f"{cover.stem}.csv", at), "w") as entry:
            for count, chunk in chunks:
                rows += count
                digest.update(chunk)
                entry.write(chunk)
        told = Manifest(
            layout=cover.layout,
            version=cover.version,
            municipality_code=cover.municipality_code,
            base_date=cover.base_date,
            made_at=at,
            rows=rows,
            sha256=digest.hexdigest(),
            dummy=cover.dummy,
        )
        with made.open(_entry(made, MANIFEST, at), "w") as entry:
            entry.write(told.write())
    to.flush()
    to.seek(0)
    outside = hashlib.file_digest(to, "sha256").hexdigest()
    return Sealed(told, to.seek(0, 2), outside)


def _entry(made: pyzipper.AESZipFile, name: str, at: datetime) -> pyzipper.ZipInfo:
    info = made.zipinfo_cls(name, date_time=at.timetuple()[:6])
    info.compress_type = pyzipper.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.create_system = 3  # the same bytes on Windows and on Linux
    return info
