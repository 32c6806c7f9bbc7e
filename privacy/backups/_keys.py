"""The keys' own backup (鍵の控え): a small file kept apart, so that destroying keys stays final."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from privacy import keys
from privacy.backups import _container
from privacy.backups._backup_key import BackupKey
from privacy.backups._refusals import KeysDoNotFit, NoConsent
from privacy.backups._take import Listed, write_down
from privacy.models import WrappedKey
from tenancy.current import current

KEYS: Final = "keys"


@dataclass(frozen=True)
class KeptKeys:
    """A municipality's keys, still wrapped by the key file."""

    code: str
    fingerprints: dict[str, str]
    rows: list[tuple[str, str, bytes]]  # purpose, name of the wrapping key, wrapped key


def keep_keys(
    *, to: Path, key: BackupKey, consent: str, keep_until: date | None = None, at: datetime
) -> None:
    """Write the keys of the municipality being served into a sealed file of their own."""
    if not consent.strip():
        raise NoConsent
    prints = keys.fingerprints()
    if not prints:
        raise KeysDoNotFit("この自治体には鍵がありません（廃棄済み）。控えは作れません。")
    said = {
        "code": current().code,
        "taken_at": at.isoformat(),
        "fingerprints": prints,
        "rows": [
            [row.purpose, row.wrapping_key, base64.b64encode(bytes(row.wrapped)).decode()]
            for row in WrappedKey.objects.order_by("purpose")
        ],
    }
    _container.write([json.dumps(said).encode()], to=to, what=KEYS, key=key)
    listed = Listed("backup_keys", consent, key.name, keep_until)
    write_down(to, listed, count=len(prints), at=at)


def read_keys(path: Path, *, key: BackupKey) -> KeptKeys:
    """The keys in this file, or a refusal."""
    said = json.loads(b"".join(_container.read(path, what=KEYS, key=key)))
    rows = [(purpose, name, base64.b64decode(kept)) for purpose, name, kept in said["rows"]]
    return KeptKeys(str(said["code"]), dict(said["fingerprints"]), rows)
