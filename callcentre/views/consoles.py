"""Doors: this window is alive; work in this window from now on."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callcentre import consoles, leases
from callcentre.views._doors import seat_of
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of

TAKES_CALLS = policy(staff_may(Permission.TAKE_CALLS))


@TAKES_CALLS
@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """Whether this window works, and what happened to what it was doing."""
    by, now = staff_of(request), timezone.now()
    is_here = consoles.sit(seat=seat_of(request), by=by, at=now)
    seq, news = consoles.news_of(by)
    return JsonResponse({"here": is_here, "seq": seq, "words": _words(news)})


@TAKES_CALLS
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Work here; the other window may only read."""
    consoles.take(seat=seat_of(request), by=staff_of(request), at=timezone.now())
    return redirect("callcentre:desk")


def _words(news: dict[str, str]) -> str:
    if news.get("what") != "lease":
        return ""
    reason = leases.REASONS.get(news.get("reason", ""), "")
    words = _("%(who)sさんが、この方の対応を引き取りました（%(reason)s）。")
    return words % {"who": news.get("by", ""), "reason": reason}
