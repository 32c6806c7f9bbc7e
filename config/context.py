"""What the top and the foot of every page say."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from config.navigation import menu
from shared.masthead import Masthead
from tenancy.directory.models import Host, Municipality
from tenancy.models.staff import Staff


def masthead(request: HttpRequest) -> dict[str, Any]:
    """The municipality's name and call centre; for signed-in staff their menu."""
    served: Municipality | None = getattr(request, "municipality", None)
    if served is None:
        return {}
    name = served.name if (get_language() or "ja").startswith("ja") else served.name_en
    if getattr(request, "host_kind", "") == Host.Kind.STAFF:
        return {"masthead": _for_staff(request, name=name)}
    return {"masthead": _for_residents(request, name=name)}


def _for_residents(request: HttpRequest, *, name: str) -> Masthead:
    standing = request.standing  # type: ignore[attr-defined]
    return Masthead(
        name=name,
        service=gettext("%(programme)s 予約") % {"programme": standing.programme},
        phone=standing.call_centre_number,
        hours=standing.call_centre_hours,
    )


def _for_staff(request: HttpRequest, *, name: str) -> Masthead:
    staff = getattr(request, "user", None)
    if not isinstance(staff, Staff):
        return Masthead(name=name, service=gettext("業務画面"))
    return Masthead(
        name=name,
        service=gettext("業務画面"),
        navigation=menu(request, staff=staff),
        staff_name=staff.display_name,
        sign_out_url=_page("account_logout"),
    )


def _page(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
