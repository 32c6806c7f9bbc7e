"""Doors: what was asked for, given and refused, minute by minute (申込みの状況)."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontdoor import reports
from frontdoor.presenters import demand as shown
from frontdoor.presenters.door import now_of
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may

SPANS = {"60": 60, "180": 180, "720": 720}
COUNTS = staff_may(Permission.SEE_PROGRESS)


@policy(COUNTS)
@require_safe
def demand(request: HttpRequest) -> HttpResponse:
    """Charts and tables of the last hours; counts only."""
    return render(request, "frontdoor/demand.html", _facts(request))


@policy(COUNTS)
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The same without its frame, asked for every ten seconds."""
    return render(request, "frontdoor/parts/demand.html", _facts(request))


@policy(COUNTS)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Every figure of every minute as a file."""
    answer = HttpResponse(shown.as_csv(_minutes(request)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="demand.csv"'
    return answer


def _span(request: HttpRequest) -> int:
    return SPANS.get(request.GET.get("minutes", ""), 60)


def _minutes(request: HttpRequest) -> list[reports.Minute]:
    at = timezone.now()
    return reports.minutes(since=at - timedelta(minutes=_span(request) - 1), until=at)


def _facts(request: HttpRequest) -> dict[str, Any]:
    found = _minutes(request)
    return {
        "now": now_of(),
        "span": _span(request),
        "spans": list(SPANS),
        "charts": shown.charts(found),
        "rows": shown.rows(found),
        "reasons": shown.reason_rows(found),
        "is_whole": all(minute.is_whole for minute in found),
        "since": found[0].minute,
        "until": found[-1].minute,
        "width": shown.WIDTH,
        "height": shown.HEIGHT,
    }
