"""The one-time codes of the demo's accounts, as a telephone would show them."""

import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

SECONDS = 30


def codes(*, at: float | None = None) -> dict[str, str]:
    """The code of this moment by sign-in name."""
    counter = int((time.time() if at is None else at) // SECONDS)
    return {
        one.user.login_name: format_hotp_value(hotp_value(_secret(one), counter))
        for one in Authenticator.objects.filter(type=Authenticator.Type.TOTP).select_related("user")
    }


def seconds_left() -> int:
    """How long the codes of this moment are shown."""
    return SECONDS - int(time.time()) % SECONDS


def _secret(authenticator: Authenticator) -> str:
    return str(get_adapter().decrypt(authenticator.data["secret"]))
