"""Nobody works with a password alone (第二要素)."""

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in account has a second factor; sign-in asks for it when it exists."""
    return bool(is_mfa_enabled(request.user))


def set_up_page(_request: HttpRequest) -> HttpResponseBase:
    """Where an account without a second factor is sent: it opens no other page."""
    return redirect("mfa_activate_totp")
