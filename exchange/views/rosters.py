"""Doors: ask for a roster, release it, fetch it, and print its password (予約名簿)."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exchange import forms, handover, parcels, rosters, sealing, stations, tasks
from exchange.models import Parcel
from exchange.presenters import ParcelLine
from exchange.views._doors import elsewhere, me, roster, station_name
from tenancy.current import municipality_atomic
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from tenancy.standings import standing

ASKERS = staff_may(Permission.REQUEST_ROSTER)
RELEASERS = staff_may(Permission.REQUEST_ROSTER, fresh=Fresh.TO_CHANGE)
FETCHERS = staff_may(Permission.FETCH_ROSTER, fresh=Fresh.TO_CHANGE)


@policy(ASKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def everything(request: HttpRequest) -> HttpResponse:
    """Every roster, newest first, and a form to ask for one."""
    form = forms.AskRoster(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _ask(request, form)
        except rosters.Refused as refusal:
            form.add_error(None, str(refusal.words))
    page = Paginator(parcels.newest(direction=Parcel.Direction.OUT), 25).get_page(
        request.GET.get("page")
    )
    facts = {
        "page": page,
        "lines": [ParcelLine(parcel) for parcel in page.object_list],
        "form": form,
        "hour": standing().roster_hour,
    }
    return render(request, "exchange/rosters.html", facts, status=422 if form.is_bound else 200)


def _ask(request: HttpRequest, form: forms.AskRoster) -> HttpResponse:
    with municipality_atomic():
        parcel = rosters.ask(by=me(request), at=timezone.now(), **form.cleaned_data)
        tasks.hand_on(parcel.state, parcel.pk)
    return redirect("exchange:roster", pk=parcel.pk)


@policy(ASKERS)
@require_safe
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One roster and the next step."""
    return _page_of(request, roster(pk))


@policy(ASKERS)
@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is; when it is made, the page is read anew."""
    found = roster(pk)
    answer = render(request, "exchange/_progress.html", {"line": ParcelLine(found)})
    if not found.is_working:
        answer.headers["HX-Refresh"] = "true"
    return answer


@policy(RELEASERS)
@require_POST
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Release a daily roster to a second person."""
    try:
        rosters.release(parcel=roster(pk), by=me(request), at=timezone.now())
    except rosters.Refused as refusal:
        return _page_of(request, roster(pk), refusal=refusal.words)
    messages.success(request, _("引渡しを承認しました。別の職員が受け取れます。"))
    return redirect("exchange:roster", pk=pk)


@policy(FETCHERS)
@require_POST
def fetch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sealed file for the second person; its password is on another page, at another step."""
    try:
        held, content = rosters.fetch(
            parcel=roster(pk), station=station_name(request), by=me(request), at=timezone.now()
        )
    except stations.NotAStation:
        return elsewhere(request)
    except rosters.Refused as refusal:
        return _page_of(request, roster(pk), refusal=refusal.words)
    answer = HttpResponse(content, content_type="application/zip")
    name = f"{held.layout}_{held.base_date:%Y%m%d}_{held.number}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@policy(FETCHERS)
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask whether the printer is ready; then the password, once, on a paper of its own."""
    found = roster(pk)
    if request.method != "POST":
        return render(request, "exchange/password_ask.html", {"parcel": found})
    try:
        held, shown = rosters.show_password(parcel=found, by=me(request), at=timezone.now())
    except rosters.Refused as refusal:
        return _page_of(request, roster(pk), refusal=refusal.words)
    facts = {"parcel": held, "groups": sealing.grouped(shown), "length": len(shown)}
    return render(request, "exchange/password_notice.html", facts)


def _page_of(request: HttpRequest, found: Parcel, *, refusal: object = "") -> HttpResponse:
    staff = me(request)
    facts = {
        "parcel": found,
        "line": ParcelLine(found),
        "refusal": refusal,
        "events": parcels.events(found),
        "handovers": handover.of(found),
        "is_first": found.first_by_id == staff.pk,
        "is_second": found.second_by_id == staff.pk,
    }
    return render(request, "exchange/roster.html", facts, status=409 if refusal else 200)
