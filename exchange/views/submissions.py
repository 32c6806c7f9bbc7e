"""Doors: what was submitted, one entered, the register as a file (提出物)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from exchange import submissions
from exchange.submission_forms import EnterSubmission
from exchange.views._doors import me
from exchange.views.handovers import READERS
from exchange.views.intake import SECOND_FRESH
from tenancy.permissions import Permission
from tenancy.policies import policy


@policy(READERS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Everything submitted, the newest month first."""
    page = Paginator(submissions.newest(), 50).get_page(request.GET.get("page"))
    facts = {"page": page, "may_enter": me(request).may(Permission.COMMIT_FILE)}
    return render(request, "exchange/submissions.html", facts)


@policy(SECOND_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Write down that a month's log or list was taken in."""
    form = EnterSubmission(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            submissions.enter(by=me(request), at=timezone.now(), **form.cleaned_data)
            return redirect("exchange:submissions")
        except submissions.Refused as refusal:
            form.add_error(None, str(refusal.words))
    status = 422 if form.is_bound else 200
    return render(request, "exchange/submission.html", {"form": form}, status=status)


@policy(READERS)
@require_safe
def register(request: HttpRequest) -> StreamingHttpResponse:
    """The register as a CSV."""
    del request
    answer = StreamingHttpResponse(submissions.register(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="submissions.csv"'
    return answer
