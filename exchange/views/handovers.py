"""Doors: handover records, one of them on paper, and a correction (確認書)."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exchange import forms, handover, handover_answers, handover_steps
from exchange.handover_forms import NextHandover
from exchange.handover_lines import HandoverLine
from exchange.models import HandoverAnswer, HandoverRecord
from exchange.presenters import handover_facts, sides_of
from exchange.views._doors import me
from exchange.views.intake import SECOND_FRESH
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may

READERS = staff_may(Permission.SEE_HANDOVERS)
NAMED = staff_may(Permission.OWN_HANDOVERS)
NAMED_FRESH = staff_may(Permission.ANSWER_HANDOVERS, fresh=Fresh.TO_CHANGE)


@policy(NAMED)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Every record, newest first; for who does not see all, those that name him."""
    staff = me(request)
    sees_all = staff.may(Permission.SEE_HANDOVERS)
    rows = handover.newest() if sees_all else handover.naming(staff)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    now = timezone.now()
    lines = [HandoverLine(one, now) for one in page.object_list]
    return render(
        request, "exchange/handovers.html", {"page": page, "lines": lines, "sees_all": sees_all}
    )


@policy(READERS)
@require_safe
def outstanding(request: HttpRequest) -> HttpResponse:
    """What was given and has neither come back nor been erased, the oldest first."""
    now = timezone.now()
    page = Paginator(handover_steps.outstanding(), 50).get_page(request.GET.get("page"))
    lines = [HandoverLine(one, now) for one in page.object_list]
    facts = {"page": page, "lines": lines}
    return render(request, "exchange/handovers_outstanding.html", facts)


@policy(NAMED)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One record on a sheet of A4."""
    return _sheet(request, _named(request, pk))


@policy(SECOND_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Write that envelopes were delivered, or that what was given came back or was erased."""
    record, staff = _record(pk), me(request)
    moments = handover_steps.open_moments(record)
    form = NextHandover(request.POST or None, moments=moments, me=staff)
    if form.is_bound and form.is_valid():
        try:
            made = handover_steps.follow(
                record=record, step=form.step(), by=staff, at=timezone.now()
            )
            return redirect("exchange:handover", pk=made.pk)
        except handover_steps.Refused as refusal:
            form.add_error(None, str(refusal.words))
    facts = {"record": record, "form": form, "is_open": bool(moments)}
    return render(
        request, "exchange/handover_next.html", facts, status=422 if form.is_bound else 200
    )


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


@policy(NAMED_FRESH)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The other side confirms a record or objects to it."""
    record = _named(request, pk)
    form = forms.AnswerHandover(request.POST)
    if form.is_valid():
        agrees = form.cleaned_data["what"] == HandoverAnswer.What.CONFIRMED
        words = form.cleaned_data["words"]
        try:
            handover_answers.answer(
                record=record, agrees=agrees, words=words, by=me(request), at=timezone.now()
            )
        except handover_answers.Refused as refusal:
            form.add_error(None, str(refusal.words))
            return _sheet(request, record, form=form, status=409)
        return redirect("exchange:handover", pk=pk)
    return _sheet(request, record, form=form, status=422)


def _sheet(
    request: HttpRequest,
    record: HandoverRecord,
    *,
    form: forms.AnswerHandover | None = None,
    status: int = 200,
) -> HttpResponse:
    staff = me(request)
    may_correct = staff.may(Permission.COMMIT_FILE)
    facts = {
        "answer": getattr(record, "answer", None),
        "form": form or forms.AnswerHandover(),
        "may_answer": handover_answers.may_answer(record, by=staff),
        "may_follow": may_correct and bool(handover_steps.open_moments(record)),
        "steps": handover_steps.steps_of(record),
        "record": record,
        "pairs": handover_facts(record),
        "sides": sides_of(record),
        "may_correct": may_correct,
    }
    return render(request, "exchange/handover.html", facts, status=status)


def _named(request: HttpRequest, pk: int) -> HandoverRecord:
    record, staff = _record(pk), me(request)
    if staff.may(Permission.SEE_HANDOVERS) or staff.pk in {record.given_by_id, record.taken_by_id}:
        return record
    raise Http404


def _record(pk: int) -> HandoverRecord:
    try:
        return handover.find(record_id=pk)
    except handover.NoSuchRecord as unknown:
        raise Http404 from unknown
