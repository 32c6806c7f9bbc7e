"""The backup key (バックアップ鍵): a file of its own, never the one that wraps the keys."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

from privacy import keys
from privacy.backups._refusals import BadKeyFile, SameKey


@dataclass(frozen=True, repr=False)
class BackupKey:
    """32 bytes that seal backups, and the short name by which a file asks for them."""

    secret: bytes

    @property
    def name(self) -> str:
        """What a backup's header says, so that a wrong key is told from a damaged file."""
        return hashlib.sha256(b"waku backup key|" + self.secret).hexdigest()[:16]


def read(path: Path | str) -> BackupKey:
    """The key in this file (one line `id:base64`), or a refusal."""
    try:
        encoded = Path(path).read_text(encoding="ascii").strip().partition(":")[2]
        secret = base64.b64decode(encoded, validate=True)
    except (OSError, ValueError) as problem:
        raise BadKeyFile from problem
    if len(secret) != 32:
        raise BadKeyFile
    if any(hmac.compare_digest(secret, one) for one in keys.wrapping_secrets()):
        raise SameKey
    return BackupKey(secret)
