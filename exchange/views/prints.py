"""Doors: mailings, one of them, a new one, pull lists, and how it ends (接種券の印刷)."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import mailings
from booking.models import Mailing
from exchange import prints, tasks
from exchange.print_forms import CallOff, CloseMailing, Mailed, NewMailing
from exchange.print_lines import MailingLine
from exchange.roster_refusals import Refused
from exchange.views._doors import me
from privacy import access_log
from tenancy.current import current, municipality_atomic
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may

PRINTERS: Final = staff_may(Permission.PRINT_VOUCHERS)
PRINTERS_FRESH: Final = staff_may(Permission.PRINT_VOUCHERS, fresh=Fresh.TO_CHANGE)


@policy(PRINTERS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Every mailing, newest first."""
    page = Paginator(mailings.newest(), 25).get_page(request.GET.get("page"))
    lines = [MailingLine(one) for one in page.object_list]
    return render(request, "exchange/mailings.html", {"page": page, "lines": lines})


@policy(PRINTERS_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Say whom a mailing is for and ask for its print run."""
    first = {"age_on": localdate(), "bill_to": current().name[:20]}
    form = NewMailing(request.POST or None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            with municipality_atomic():
                parcel = prints.ask(plan=form.plan(), by=me(request), at=timezone.now())
                tasks.hand_on(parcel.state, parcel.pk)
            return redirect("exchange:mailing", pk=parcel.mailing_id)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
    facts = {"form": form}
    return render(request, "exchange/mailing_new.html", facts, status=422 if form.is_bound else 200)


@policy(PRINTERS)
@require_safe
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mailing: its files, who was left out, how far its envelopes are, the next step."""
    return _page_of(request, _mailing(pk))


@policy(PRINTERS)
@require_safe
def left_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who was left out and could be printed once the ward's list is mended; the look is recorded."""
    found = _mailing(pk)
    page = Paginator(mailings.left_out_of(found), 50).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    access_log.record(
        what="left_out_seen", why=found.number, count=len(shown), by=me(request), at=timezone.now()
    )
    return render(
        request, "exchange/left_out.html", {"mailing": found, "page": page, "rows": shown}
    )


@policy(PRINTERS_FRESH)
@require_POST
def pull(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a list of the envelopes to take out."""
    found = _mailing(pk)
    try:
        with municipality_atomic():
            parcel = prints.ask_pull(mailing=found, by=me(request), at=timezone.now())
            tasks.hand_on(parcel.state, parcel.pk)
    except Refused as refusal:
        return _page_of(request, found, refusal=refusal.words)
    return redirect("exchange:roster", pk=parcel.pk)


@policy(PRINTERS)
@require_POST
def mailed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say when it was sent."""
    return _end(request, pk, Mailed(request.POST, prefix="mailed"), prints.mark_mailed)


@policy(PRINTERS_FRESH)
@require_POST
def call_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it up."""
    return _end(request, pk, CallOff(request.POST, prefix="call_off"), prints.call_off)


@policy(PRINTERS_FRESH)
@require_POST
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close it with its numbers."""
    return _end(request, pk, CloseMailing(request.POST, prefix="closing"), prints.close)


def _end(request: HttpRequest, pk: UUID, form: Any, verb: Any) -> HttpResponse:
    found = _mailing(pk)
    if not form.is_valid():
        return _page_of(request, found, **{form.prefix: form})
    try:
        verb(mailing=found, **form.cleaned_data, by=me(request), at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal.words))
        return _page_of(request, found, **{form.prefix: form})
    messages.success(request, _("記録しました。"))
    return redirect("exchange:mailing", pk=pk)


def _page_of(request: HttpRequest, found: Mailing, **more: Any) -> HttpResponse:
    facts = {
        "mailing": found,
        "line": MailingLine(found),
        "to_pull": mailings.to_pull(found).count(),
        "too_late": mailings.too_late_to_pull(found),
        "mailed": Mailed(prefix="mailed", initial={"day": localdate()}),
        "call_off": CallOff(prefix="call_off"),
        "closing": CloseMailing(prefix="closing"),
        **more,
    }
    return render(request, "exchange/mailing.html", facts, status=422 if more else 200)


def _mailing(pk: UUID) -> Mailing:
    try:
        return mailings.find(mailing_id=pk)
    except mailings.NoSuchMailing as unknown:
        raise Http404 from unknown
