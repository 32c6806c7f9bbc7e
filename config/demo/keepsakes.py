"""What the demo makes once and needs again: passwords, keys, the carrier's account."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from config.embedded import private_file


@dataclass(frozen=True)
class Keepsakes:
    """Secrets of one demo folder; each file is readable by its owner only."""

    app_password: str
    owner_password: str
    secret_key: str
    carrier_account: str
    carrier_token: str


def keepsakes(folder: Path) -> Keepsakes:
    """What this folder keeps; made when it keeps nothing yet."""
    file = folder / "keepsakes.json"
    if not file.exists():
        made = Keepsakes(
            app_password=secrets.token_urlsafe(24),
            owner_password=secrets.token_urlsafe(24),
            secret_key=secrets.token_urlsafe(48),
            carrier_account=f"AC{secrets.token_hex(16)}",
            carrier_token=secrets.token_hex(16),
        )
        _write_once(file, json.dumps(asdict(made)))
    return Keepsakes(**json.loads(file.read_text()))


def key_file(folder: Path) -> Path:
    """The key that wraps the municipalities' keys, outside the database as always."""
    file = folder / "wrapping.key"
    if not file.exists():
        _write_once(file, f"k1:{base64.b64encode(os.urandom(32)).decode()}\n")
    return file


def _write_once(file: Path, words: str) -> None:
    """Whole or not at all: a demo killed here finds nothing half written."""
    unfinished = file.with_suffix(".unfinished")
    private_file(unfinished, words)
    unfinished.rename(file)
