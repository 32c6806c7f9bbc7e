"""The policy every door declares; a door without one is closed (default deny)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from tenancy.permissions import Permission, allows

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Policy:
    """Who may come through a door: anybody, or staff who hold a permission."""

    audience: str
    permission: Permission | None = None


PUBLIC = Policy("public")  # anybody on this host: residents, people signing in
CARRIER = Policy("carrier")  # signed callbacks only; the view checks the signature first


def staff_may(permission: Permission) -> Policy:
    """Signed-in staff of this municipality, with a second factor, who hold the permission."""
    return Policy("staff", permission)


def policy(declared: Policy) -> Callable[[View], View]:
    """Declare a view's policy; PolicyMiddleware keeps it."""

    def declare(view: View) -> View:
        @wraps(view)
        def declared_view(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(*args, **kwargs)

        declared_view.policy = declared  # type: ignore[attr-defined]
        return declared_view

    return declare


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
    from django.contrib.auth.views import redirect_to_login

    from tenancy.second_factor import has_second_factor, set_up_page

    staff = request.user
    if not staff.is_authenticated or not staff.is_active:
        return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
    if not has_second_factor(request):
        return set_up_page(request)
    assert declared.permission is not None
    if not allows(staff.role, declared.permission):
        raise PermissionDenied(declared.permission)
    return None
