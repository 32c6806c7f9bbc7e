"""The one municipality of the stage, made by the two commands of deploy/README.md."""

import subprocess
import sys

from config.demo.supervisor import DemoFailed
from config.stage.house import House

CODE = "999997"
CREATE = (
    *("municipality", "create", CODE, "--name", "見本市", "--name-en", "Mihon City"),
    *("--resident-host", "mihon.localhost", "--staff-host", "staff.mihon.localhost"),
    *("--hooks-host", "hooks.mihon.localhost"),
)
STAFF = (
    "staff",
    "create",
    "--municipality",
    CODE,
    "--login-name",
    "keeper1",
    "--role",
    "contractor",
)


def made_once(house: House) -> str:
    """Make it, its first account and its sender where it is not there yet; what the commands said."""
    if CODE in _manage(house, "municipality", "list"):
        return ""
    return _manage(house, *CREATE) + _manage(house, *STAFF) + _manage(house, *_sender(house))


def _sender(house: House) -> tuple[str, ...]:
    return (
        *("sender", "--municipality", CODE, "--sms-name", "Mihon", "--mail", "waku@mihon.example"),
        *("--sms-account", house.places.word("carrier_account")),
        *("--token-file", str(house.places.secret("carrier_token"))),
    )


def _manage(house: House, *words: str) -> str:
    _command, environment = house.one_off()
    done = subprocess.run(  # noqa: S603 our own command lines
        [sys.executable, "bin/manage", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DemoFailed(f"bin/manage {' '.join(words[:2])}: {done.stderr.strip()}")
    return done.stdout
