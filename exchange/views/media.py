"""Doors: the ledger of media, one entered, one ended (媒体台帳)."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from exchange import handover, handover_steps, media
from exchange.handover_forms import GiveMedium
from exchange.handover_lines import HandoverLine
from exchange.medium_forms import EndMedium, EnterMedium
from exchange.models import Medium
from exchange.presenters import medium_facts
from exchange.views._doors import me
from exchange.views.handovers import READERS
from exchange.views.intake import SECOND_FRESH
from tenancy.permissions import Permission
from tenancy.policies import policy


@policy(READERS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """What is out, the oldest first, and what has come back or was erased."""
    now = timezone.now()
    out = [
        (one, days, days > media.LATE_DAYS)
        for one in media.still_out()
        for days in [media.days_out(one, at=now)]
    ]
    facts = {
        "out": out,
        "page": Paginator(media.ended(), 50).get_page(request.GET.get("page")),
        "may_enter": me(request).may(Permission.COMMIT_FILE),
    }
    return render(request, "exchange/media.html", facts)


@policy(SECOND_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a medium that was given."""
    form = EnterMedium(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            given = media.Given(**form.cleaned_data)
            media.enter(given=given, by=me(request), at=timezone.now())
            return redirect("exchange:media")
        except media.Refused as refusal:
            form.add_error(None, str(refusal.words))
    return _form(request, form)


@policy(READERS)
@require_safe
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One medium, and its handover records from the giving to the end."""
    found = _medium(pk)
    now = timezone.now()
    facts = {
        "medium": found,
        "pairs": medium_facts(found),
        "lines": [HandoverLine(record, now) for record in handover.of_medium(found)],
        "may_enter": me(request).may(Permission.COMMIT_FILE) and not found.ending,
    }
    return render(request, "exchange/medium_one.html", facts)


@policy(SECOND_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write that a medium, or its notice, was given to somebody."""
    found, staff = _medium(pk), me(request)
    form = GiveMedium(request.POST or None, me=staff)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = handover_steps.give(
                medium=found, thing=said["thing"], rows=said["rows"], taken_by=said["other"],
                by=staff, at=timezone.now(),
            )  # fmt: skip
            return redirect("exchange:handover", pk=made.pk)
        except handover_steps.Refused as refusal:
            form.add_error(None, str(refusal.words))
    return _form(request, form)


@policy(SECOND_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that a medium that was never given came back or was erased."""
    found = _medium(pk)
    form = EndMedium(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            media.end(medium_id=found.pk, by=me(request), at=timezone.now(), **form.cleaned_data)
            return redirect("exchange:media")
        except media.Refused as refusal:
            form.add_error(None, str(refusal.words))
    return _form(request, form)


def _medium(pk: UUID) -> Medium:
    try:
        return media.find(medium_id=pk)
    except media.NoSuchMedium as unknown:
        raise Http404 from unknown


def _form(request: HttpRequest, form: EnterMedium | EndMedium | GiveMedium) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "exchange/medium.html", {"form": form}, status=status)
