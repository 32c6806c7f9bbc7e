"""Doors: who saw whom and who did what, for those who audit (閲覧記録)."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from privacy import subjects
from privacy.evidence_forms import RevealForm, SubjectForm, TraceFilter
from privacy.presenters import TraceLine, chain_state
from privacy.traces import MOST, Timeline, Trace
from tenancy import accounts
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

LINES: Final = 50
ON_PAPER: Final = 1_000
AUDITORS: Final = staff_may(Permission.SEE_ACCESS_LOG)
REVEALERS: Final = staff_may(Permission.SEE_ACCESS_LOG, fresh=Fresh.TO_CHANGE)


@policy(AUDITORS)
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Everything seen and done, by time, account, resident and call; no personal data."""
    return _page(request)


@policy(AUDITORS)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """From a number to a reference; the look is written down."""
    form = SubjectForm(request.POST)
    if form.is_valid():
        try:
            found = subjects.find_by_number(
                number=form.cleaned_data["number"], by=staff_of(request), at=timezone.now()
            )
        except subjects.NobodyFound as refusal:
            form.add_error("number", str(refusal.words))
        else:
            return redirect(
                f"{reverse('privacy:access_log')}?{urlencode({'resident_id': str(found)})}"
            )
    return _page(request, subject=form, status=422)


@policy(REVEALERS)
@require_POST
def reveal(request: HttpRequest) -> HttpResponse:
    """Whom a reference means, once, after a fresh second factor and with a reason."""
    form = RevealForm(request.POST)
    facts: subjects.Facts = []
    if form.is_valid():
        told = form.cleaned_data
        try:
            facts = subjects.reveal(
                resident_id=told["resident_id"], reason=told["reason"], by=staff_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except subjects.NobodyFound as refusal:
            form.add_error(None, str(refusal.words))
    status = 200 if facts else 422
    return _page(request, reveal_form=form, revealed=facts, status=status)


def _page(
    request: HttpRequest,
    *,
    subject: SubjectForm | None = None,
    reveal_form: RevealForm | None = None,
    revealed: subjects.Facts | None = None,
    status: int = 200,
) -> HttpResponse:
    staff = accounts.everybody()
    asking: Any = request.GET or None
    if reveal_form is not None:
        asking = {"resident_id": request.POST.get("resident_id", "")}
    form = TraceFilter(asking, staff=staff)
    asked = form.asked()
    timeline = Timeline(asked)
    on_paper = "paper" in request.GET
    # The stubs know lists only; the paginator itself asks for a length and a slice.
    pages: Paginator[Trace] = Paginator(timeline, ON_PAPER if on_paper else LINES)  # type: ignore[arg-type]
    page = pages.get_page(request.GET.get("page"))
    names: dict[Any, str] = {one.pk: one.display_name for one in staff}
    facts = {
        "form": form,
        "subject": subject or SubjectForm(),
        "reveal_form": _reveal_form(asked.resident_id, reveal_form, revealed),
        "revealed": revealed,
        "asked": asked,
        "lines": [TraceLine(trace, names.get(trace.staff_id)) for trace in page],
        "page": page,
        "found": timeline.found,
        "most": MOST if timeline.is_cut else 0,
        "on_paper": on_paper,
        "chain": chain_state(at=timezone.now()),
        "query": request.GET.urlencode(),
    }
    return render(request, "privacy/access_log.html", facts, status=status)


def _reveal_form(
    resident_id: object, sent: RevealForm | None, revealed: subjects.Facts | None
) -> RevealForm | None:
    if resident_id is None or revealed:
        return None
    return sent or RevealForm(initial={"resident_id": resident_id})
