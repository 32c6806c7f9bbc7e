"""The policy every door declares; a door without one is closed (default deny)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import URLResolver, get_resolver, get_urlconf, resolve, reverse
from django.utils import timezone

from tenancy.models import Staff
from tenancy.permissions import Permission, allows

View = Callable[..., HttpResponseBase]


class Fresh(StrEnum):
    """When a door asks for a second factor of the last five minutes (再確認)."""

    NEVER = ""
    TO_CHANGE = "to_change"  # a page may be read; what is sent needs it
    ALWAYS = "always"


@dataclass(frozen=True)
class Policy:
    """Who may come through a door: anybody, or staff who hold a permission."""

    audience: str
    permission: Permission | None = None
    fresh: Fresh = Fresh.NEVER

    def wants_fresh(self, method: str) -> bool:
        """Whether a request of this method needs a fresh second factor here."""
        is_change = method not in {"GET", "HEAD", "OPTIONS"}
        return self.fresh == Fresh.ALWAYS or (self.fresh == Fresh.TO_CHANGE and is_change)


PUBLIC = Policy("public")  # anybody on this host: residents, people signing in
SIGNED_IN = Policy("signed_in")  # staff who have yet to choose a password or a second factor
CARRIER = Policy("carrier")  # signed callbacks only; the view checks the signature first


def staff_may(permission: Permission, *, fresh: Fresh = Fresh.NEVER) -> Policy:
    """Signed-in staff of this municipality, with a second factor, who hold the permission."""
    return Policy("staff", permission, fresh)


def policy(declared: Policy) -> Callable[[View], View]:
    """Declare a view's policy; PolicyMiddleware keeps it."""

    def declare(view: View) -> View:
        @wraps(view)
        def declared_view(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(*args, **kwargs)

        declared_view.policy = declared  # type: ignore[attr-defined]
        return declared_view

    return declare


def fresh_permissions() -> frozenset[Permission]:
    """The permissions with a door that asks for a fresh second factor, on the host being served."""
    return frozenset(
        declared.permission
        for declared in _declared_by(get_resolver(get_urlconf()))
        if declared.fresh and declared.permission is not None
    )


def _declared_by(resolver: URLResolver) -> Iterator[Policy]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _declared_by(pattern)
        elif isinstance(declared := getattr(pattern.callback, "policy", None), Policy):
            yield declared


def staff_of(request: HttpRequest) -> Staff:
    """Who is signed in, behind a door that admits staff only."""
    staff = request.user
    if not isinstance(staff, Staff):
        raise PermissionDenied("not staff")
    return staff


class PolicyMiddleware:
    """Refuses every view that declares no policy, and every person a policy does not admit."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """None lets the request through; anything else is the answer."""
        declared = getattr(view, "policy", None)
        if not isinstance(declared, Policy):
            raise PermissionDenied("no policy")
        if declared.audience in {"public", "carrier"}:
            return None
        return _admit_staff(request, declared)


def _admit_staff(request: HttpRequest, declared: Policy) -> HttpResponseBase | None:
    from tenancy import second_factor

    staff = request.user
    if not staff.is_authenticated or not staff.is_active:
        return _sign_in_first(request, declared)
    is_set_up = second_factor.is_set_up(staff)
    if is_set_up and not second_factor.was_proved(request.session, staff):
        logout(request)
        return _sign_in_first(request, declared)
    if declared == SIGNED_IN:
        return None
    if staff.must_change_password:
        return redirect("account_change_password")
    return _admit_ready(request, declared) if is_set_up else second_factor.set_up_page(request)


def _admit_ready(request: HttpRequest, declared: Policy) -> HttpResponseBase | None:
    """Whoever has everything to work with: may they do this, and do they have to prove it anew?"""
    from tenancy import pledges, second_factor

    staff = staff_of(request)
    if not pledges.has_pledged(request.session, staff):
        wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
        return redirect(f"{reverse('tenancy:pledge')}?{urlencode({'next': wanted})}")
    assert declared.permission is not None
    if not allows(staff.role, declared.permission):
        raise PermissionDenied(declared.permission)
    if declared.wants_fresh(request.method or "") and not second_factor.is_fresh(
        request.session, staff, at=timezone.now()
    ):
        return second_factor.step_up_page(request)
    return None


def _sign_in_first(request: HttpRequest, declared: Policy) -> HttpResponseBase:
    from django.contrib.auth.views import redirect_to_login

    from tenancy import sessions

    if (
        request.method == "POST"
        and sessions.WAS in request.session
        and "HX-Request" not in request.headers
        and declared.permission not in {None, Permission.STAFF_HOME}
    ):
        kept: HttpResponseBase = resolve(reverse("sent_too_late")).func(request)
        return kept
    # After signing in a page can be shown again, but nothing that was sent is sent by itself.
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return redirect_to_login(wanted, resolve_url("account_login"))
