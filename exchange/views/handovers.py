"""Doors: handover records, one of them on paper, and a correction (確認書)."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from exchange import forms, handover
from exchange.models import HandoverRecord
from exchange.presenters import handover_facts
from exchange.views._doors import me
from exchange.views.intake import SECOND_FRESH
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may

READERS = staff_may(Permission.SEE_HANDOVERS)


@policy(READERS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Every record, newest first."""
    page = Paginator(handover.newest(), 50).get_page(request.GET.get("page"))
    return render(request, "exchange/handovers.html", {"page": page})


@policy(READERS)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One record on a sheet of A4."""
    return _sheet(request, _record(pk))


@policy(SECOND_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a record by a new one."""
    record = _record(pk)
    form = forms.Correction(request.POST or None, initial={"rows": record.rows})
    if request.method == "POST" and form.is_valid():
        made = handover.correct(
            record=record, by=me(request), at=timezone.now(), **form.cleaned_data
        )
        return redirect("exchange:handover", pk=made.pk)
    facts = {"record": record, "form": form}
    return render(
        request, "exchange/handover_correct.html", facts, status=422 if form.is_bound else 200
    )


def _sheet(request: HttpRequest, record: HandoverRecord) -> HttpResponse:
    facts = {
        "record": record,
        "pairs": handover_facts(record),
        "may_correct": me(request).may(Permission.COMMIT_FILE),
    }
    return render(request, "exchange/handover.html", facts)


def _record(pk: int) -> HandoverRecord:
    try:
        return handover.find(record_id=pk)
    except handover.NoSuchRecord as unknown:
        raise Http404 from unknown
