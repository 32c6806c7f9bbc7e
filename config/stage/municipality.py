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
    """Make it and its first account where it is not there yet; what the commands said."""
    if CODE in _manage(house, "municipality", "list"):
        return ""
    return _manage(house, *CREATE) + _manage(house, *STAFF)


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
