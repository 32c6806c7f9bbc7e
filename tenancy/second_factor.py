"""Nobody works with a password alone (第二要素); what weighs most needs it fresh (再確認)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve, reverse

from tenancy.models.staff import Staff

PROVED, PROVED_AT = "second_factor_proved", "second_factor_proved_at"
FRESH: Final = timedelta(minutes=5)
FACTORS: Final = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
SAFE: Final = frozenset({"GET", "HEAD"})


def is_set_up(staff: Staff) -> bool:
    """Whether the account has a second factor; recovery codes alone are none."""
    return bool(is_mfa_enabled(staff, types=FACTORS))


def mark_proved(session: SessionBase, staff: Staff, *, at: datetime) -> None:
    """This session has seen the second factor: a session opened before it existed has not."""
    session[PROVED], session[PROVED_AT] = str(staff.pk), at.timestamp()


def was_proved(session: SessionBase | Mapping[str, Any], staff: Staff) -> bool:
    """Whether this very session has seen the second factor."""
    return bool(session.get(PROVED) == str(staff.pk))


def is_fresh(session: SessionBase, staff: Staff, *, at: datetime) -> bool:
    """Whether this session has seen the second factor within the last five minutes."""
    proved_at = session.get(PROVED_AT)
    if not was_proved(session, staff) or not isinstance(proved_at, float):
        return False
    return 0 <= at.timestamp() - proved_at <= FRESH.total_seconds()


def step_up_page(request: HttpRequest) -> HttpResponseBase:
    """Ask for the second factor again, and then go on: what was sent is sent again, not lost."""
    page = reverse("step_up")
    if "HX-Request" in request.headers:
        here = urlsplit(request.headers.get("HX-Current-URL", "/"))
        wanted = here.path + (f"?{here.query}" if here.query else "")
        headers = {"HX-Redirect": f"{page}?{urlencode({'next': wanted})}"}
        return HttpResponse(status=403, headers=headers)
    if request.method in SAFE:
        return redirect(f"{page}?{urlencode({'next': request.get_full_path()})}")
    asked: HttpResponseBase = resolve(page).func(request)
    return asked


def set_up_page(_request: HttpRequest) -> HttpResponseBase:
    """Where an account without a second factor is sent: it opens no other page."""
    return redirect("mfa_activate_totp")


def forget(staff: Staff) -> None:
    """Forget the account's second factor and recovery codes; the next sign-in sets up new ones."""
    Authenticator.objects.filter(user=staff).delete()
