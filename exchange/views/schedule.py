"""Doors: the calendar of daily rosters, one made again by hand, and late changes (作成の予定)."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange import forms, late_changes, rosters, runs, tasks
from exchange.run_lines import RunLine
from exchange.views._doors import me, roster
from tenancy.current import municipality_atomic
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may
from tenancy.standings import standing

ASKERS = staff_may(Permission.REQUEST_ROSTER)


@policy(ASKERS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Each day's run: when, how large, who fetched it; what was missed can be made again."""
    return _page(request)


@policy(ASKERS)
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Make a missed roster now."""
    form = forms.RetryRoster(request.POST)
    if not form.is_valid():
        return _page(request, refusal=form.errors["day"][0])
    try:
        with municipality_atomic():
            made = runs.retry(day=form.cleaned_data["day"], by=me(request), at=timezone.now())
            tasks.hand_on(made.state, made.pk)
    except rosters.Refused as refusal:
        return _page(request, refusal=refusal.words)
    messages.success(request, _("名簿の作成を始めました。"))
    return redirect("exchange:roster", pk=made.pk)


@policy(ASKERS)
@require_safe
def changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What came to a roster's day or left it after the roster was begun: numbers, no names."""
    found = roster(pk)
    page = Paginator(late_changes.of(found), 50).get_page(request.GET.get("page"))
    lines = [late_changes.line(event, found) for event in page.object_list]
    facts = {"parcel": found, "page": page, "lines": lines}
    return render(request, "exchange/late_changes.html", facts)


def _page(request: HttpRequest, *, refusal: object = "") -> HttpResponse:
    now = timezone.now()
    lines = [RunLine(run, now) for run in runs.calendar(at=now)]
    facts = {"lines": lines, "hour": standing().roster_hour, "refusal": refusal}
    return render(request, "exchange/schedule.html", facts, status=409 if refusal else 200)
