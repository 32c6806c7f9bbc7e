"""Doors: the looks that were drawn by lot, and what was found out about each (抜き取り確認)."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacy import reviews
from privacy.evidence_forms import ReviewForm
from privacy.models import LookReview
from privacy.presenters import ReviewLine, TraceLine
from privacy.traces import Asked, Timeline
from tenancy import accounts
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of

LINES: Final = 50
TRACES: Final = 40
REVIEWERS: Final = staff_may(Permission.REVIEW_LOOKS)


@policy(REVIEWERS)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What waits to be explained; what was, on demand."""
    wants_done = "done" in request.GET
    rows = reviews.done_ones() if wants_done else reviews.open_ones()
    page = Paginator(rows, LINES).get_page(request.GET.get("page"))
    lines = [ReviewLine(one, at=timezone.now()) for one in page]
    facts = {"lines": lines, "page": page, "wants_done": wants_done}
    return render(request, "privacy/reviews.html", facts)


@policy(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One look, what happened in its call, and the verdict."""
    try:
        found = reviews.find(review_id)
    except reviews.NoSuchReview as unknown:
        raise Http404 from unknown
    form, status, by = ReviewForm(request.POST or None), 200, staff_of(request)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            told = form.cleaned_data
            try:
                reviews.review(
                    found=found, verdict=told["verdict"], words=told["words"], by=by,
                    at=timezone.now(),
                )  # fmt: skip
            except reviews.ReviewRefused as refusal:
                form.add_error(None, str(refusal.words))
                status = 409
            else:
                messages.success(request, _("確認を記録しました。"))
                return redirect("privacy:reviews")
    facts = {
        "line": ReviewLine(found, at=timezone.now()),
        "traces": _of_call(found),
        "form": form,
        "is_own": found.staff_id == by.pk,
    }
    return render(request, "privacy/review.html", facts, status=status)


def _of_call(found: LookReview) -> list[TraceLine]:
    """What was done in the call of the look: acts and ids, no contents."""
    if found.call_id is None:
        return []
    names = {one.pk: one.display_name for one in accounts.everybody()}
    traces = Timeline(Asked(call_id=found.call_id))[0:TRACES]
    return [TraceLine(one, names.get(one.staff_id) if one.staff_id else None) for one in traces]
