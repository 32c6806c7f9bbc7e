"""The one-time codes of the demo's accounts, as a telephone would show them."""

import time
from datetime import UTC, datetime

from privacy import second_factor
from tenancy import accounts

SECONDS = second_factor.STEP


def codes(*, at: float | None = None) -> dict[str, str]:
    """The code of this moment by sign-in name."""
    moment = datetime.fromtimestamp(time.time() if at is None else at, tz=UTC)
    shown = {
        staff.login_name: second_factor.shown_by_the_app(staff=staff, at=moment)
        for staff in accounts.everybody()
    }
    return {name: code for name, code in shown.items() if code}


def seconds_left() -> int:
    """How long the codes of this moment are shown."""
    return SECONDS - int(time.time()) % SECONDS
