"""Where the stage keeps its things: the secrets that deploy/README.md makes, and its ports."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.demo.supervisor import DemoFailed
from config.embedded import free_port, private_file

TOP = Path(__file__).parents[2]
SECRETS: Mapping[str, Callable[[], str]] = {
    "secret_key": lambda: secrets.token_hex(32),
    "key_file": lambda: f"k1:{base64.b64encode(os.urandom(32)).decode()}",
    "app_password": lambda: secrets.token_hex(24),
    "owner_password": lambda: secrets.token_hex(24),
    "carrier_account": lambda: f"AC{secrets.token_hex(16)}",
    "carrier_token": lambda: secrets.token_hex(16),
}


@dataclass(frozen=True)
class Places:
    """One stage's folder and the two ports nginx listens on."""

    folder: Path
    port: int
    plain_port: int

    @classmethod
    def from_environment(cls) -> "Places":
        """WAKU_STAGE_FOLDER, WAKU_STAGE_PORT and WAKU_STAGE_PLAIN_PORT, or .waku/stage and 8443."""
        folder = Path(os.environ.get("WAKU_STAGE_FOLDER") or TOP / ".waku" / "stage")
        return cls(
            folder=folder.absolute(),
            port=_port("WAKU_STAGE_PORT", 8443),
            plain_port=_port("WAKU_STAGE_PLAIN_PORT", 0) or free_port(),
        )

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.folder / "log"

    @property
    def running(self) -> Path:
        """What a second command must know of a stage that runs: ports and the way to ask it."""
        return self.folder / "running.json"

    def secret(self, name: str) -> Path:
        """The file of one secret, made at its first use and readable by its owner alone."""
        file = self.folder / "secrets" / name
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = file.with_suffix(".unfinished")
            private_file(unfinished, SECRETS[name]() + "\n")
            unfinished.rename(file)
        return file

    def word(self, name: str) -> str:
        """One secret itself."""
        return self.secret(name).read_text().strip()

    @property
    def authority(self) -> Path:
        """The certificate of the stage's own authority."""
        return self.folder / "certificates" / "ca.pem"

    def made(self, name: str) -> Path:
        """A folder of the stage."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def of_a_running_one(self) -> dict[str, str]:
        """What the stage that runs on this folder has written down."""
        try:
            found: dict[str, str] = json.loads(self.running.read_text())
        except OSError:
            words = "make stage が動いていません。 / No stage is running."
            raise DemoFailed(words) from None
        return found


def _port(name: str, otherwise: int) -> int:
    given = os.environ.get(name) or str(otherwise)
    if not (given.isdecimal() and int(given) <= 65535):
        words = f"{name} は 65535 までの番号です({given})。"
        raise DemoFailed(f"{words} / {name} is a number up to 65535.")
    return int(given)
