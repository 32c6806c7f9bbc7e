"""What every page of venues needs: who asks, what is meant, what may be done."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tenancy.models import Staff
from tenancy.permissions import Permission


def staff_of(request: HttpRequest) -> Staff:
    """Who asks; the policy has let only staff in."""
    return cast("Staff", request.user)


def found[Thing](thing: Thing | None) -> Thing:
    """The thing, or 404: never a word about other municipalities."""
    if thing is None:
        raise Http404
    return thing


def page(
    request: HttpRequest, template: str, facts: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of venues; it knows whether its reader may edit."""
    may_edit = staff_of(request).may(Permission.EDIT_VENUES)
    return render(request, f"venues/{template}", {"may_edit": may_edit, **facts}, status=status)
