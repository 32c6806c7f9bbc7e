"""Doors: the stations, this browser registered as one, one struck off (登録端末)."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from exchange import stations
from exchange.station_forms import RegisterStation
from exchange.views._doors import STATION_COOKIE, me
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may

KEEPERS: Final = staff_may(Permission.EDIT_RULES, fresh=Fresh.TO_CHANGE)


@policy(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def everything(request: HttpRequest) -> HttpResponse:
    """Every station, and a form that makes this browser one."""
    form = RegisterStation(request.POST or None)
    if form.is_bound and form.is_valid():
        _made, cookie = stations.register(by=me(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("この端末を登録しました。"))
        answer = redirect("exchange:stations")
        answer.set_cookie(
            STATION_COOKIE, cookie, max_age=stations.LIVES_SECONDS,
            secure=True, httponly=True, samesite="Strict",
        )  # fmt: skip
        return answer
    here = stations.find_by_cookie(request.COOKIES.get(STATION_COOKIE, ""))
    facts = {"stations": stations.everything(), "here": here, "form": form}
    return render(request, "exchange/stations.html", facts, status=422 if form.is_bound else 200)


@policy(KEEPERS)
@require_POST
def strike_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Strike a station off; it opens nothing from now on."""
    try:
        stations.strike_off(station_id=pk, by=me(request), at=timezone.now())
    except stations.NoSuchStation as unknown:
        raise Http404 from unknown
    messages.success(request, _("登録を外しました。"))
    return redirect("exchange:stations")
