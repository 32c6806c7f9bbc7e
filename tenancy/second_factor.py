"""Nobody works with a password alone (第二要素)."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from tenancy.models.staff import Staff

PROVED = "second_factor_proved"


def is_set_up(staff: Staff) -> bool:
    """Whether the account has a second factor; recovery codes alone are none."""
    return bool(is_mfa_enabled(staff, types=[Authenticator.Type.TOTP]))


def mark_proved(session: SessionBase, staff: Staff) -> None:
    """This session has seen the second factor: a session opened before it existed has not."""
    session[PROVED] = str(staff.pk)


def was_proved(session: SessionBase | Mapping[str, Any], staff: Staff) -> bool:
    """Whether this very session has seen the second factor."""
    return bool(session.get(PROVED) == str(staff.pk))


def set_up_page(_request: HttpRequest) -> HttpResponseBase:
    """Where an account without a second factor is sent: it opens no other page."""
    return redirect("mfa_activate_totp")


def forget(staff: Staff) -> None:
    """Forget the account's second factor and recovery codes; the next sign-in sets up new ones."""
    Authenticator.objects.filter(user=staff).delete()
