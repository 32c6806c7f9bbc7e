"""Doors: close a day and move its people: begin, look through, change, send or undo (振替)."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import tasks, transfers
from booking.models import Transfer, TransferLine
from booking.presenters.transfers import PersonLine, TransferRow, page_of, people
from booking.rule_forms import Reason
from booking.transfer_forms import AimForm, BeginForm, LinesForm, SendForm, Shown
from booking.transfers import TransferRefused
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from venues import days
from venues.forms import refuse
from venues.presenters import DayRow
from venues.refusals import Refused

MOVERS = staff_may(Permission.EDIT_VENUES)
CHANGES = staff_may(Permission.EDIT_VENUES, fresh=Fresh.TO_CHANGE)
ON_A_PAGE = 50


@policy(MOVERS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Every transfer, the newest first."""
    page = Paginator(transfers.transfers(), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [TransferRow(one) for one in page]
    return render(request, "booking/transfers/transfers.html", {"page": page, "rows": rows})


@policy(MOVERS)  # a brake: it stops at once
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the day or a slot of it at once, and look for other places."""
    opening, at = days.find(pk), timezone.now()
    if opening is None:
        raise Http404
    form = BeginForm(request.POST or None, slots=transfers.live_by_slot(opening, at=at))
    if request.method == "POST" and form.is_valid():
        try:
            made = transfers.begin(
                opening=opening, slot=form.slot(), wish=form.wish(),
                reason=form.cleaned_data["reason"], by=_me(request), at=at,
            )  # fmt: skip
        except TransferRefused as refusal:
            form.add_error(None, str(refusal.words))
        except Refused as refusal:
            refuse(form, refusal)
        else:
            tasks.hand_on(made.pk)
            messages.success(request, _("受付を止めました。振替先を探しています。"))
            return redirect("booking:transfer", made.pk)
    facts = {"form": form, "row": DayRow(days.line_of(opening), at),
             "people": transfers.count_live(opening)}  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "booking/transfers/begin.html", facts, status=status)


@policy(MOVERS)
@require_safe
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One transfer: how many go where, and everybody's line, page by page."""
    return _page(request, _found(pk))


@policy(MOVERS)
@require_safe
def now(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the work is; when it has ended, the page is read anew."""
    found = _found(pk)
    answer = render(
        request, "booking/transfers/parts/progress.html", page_of(found, at=timezone.now())
    )
    if not found.is_working:
        answer.headers["HX-Refresh"] = "true"
    return answer


@policy(MOVERS)
@require_safe
def printed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole list on one page, for paper."""
    found = _found(pk)
    facts = {**page_of(found, at=timezone.now()), "lines": people(transfers.lines_of(found))}
    return render(request, "booking/transfers/printed.html", facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """One person's proposal: another place for it."""
    found, line = _found_line(pk, line_pk)
    may_change = _may_change(found, line)
    places = transfers.choices(line=line, at=timezone.now()) if may_change else []
    form = AimForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        try:
            transfers.aim(
                line_id=line.pk, bucket_id=int(form.cleaned_data["place"]), by=_me(request),
                at=timezone.now(),
            )  # fmt: skip
        except TransferRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(request, _("振替先を変えました。"))
            return redirect("booking:transfer", found.pk)
    facts = {"row": TransferRow(found), "transfer": found, "person": PersonLine(line),
             "form": form, "places": places, "may_change": may_change}  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "booking/transfers/person.html", facts, status=status)


@policy(CHANGES)
@require_POST
def leave_out(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """Move this person nowhere: somebody will telephone."""
    found, line = _found_line(pk, line_pk)
    return _act(
        request, found, None, _("対象から外しました。送信のときに、電話の連絡リストに載ります。"),
        lambda _form: transfers.leave_out(line_id=line.pk, by=_me(request), at=timezone.now()),
    )  # fmt: skip


@policy(CHANGES)
@require_POST
def look_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what is held for another day, and look once more for who has no place."""
    found = _found(pk)

    def act(form: Any) -> None:
        transfers.look_again(
            transfer=found, shown=form.cleaned_data["shown"], by=_me(request), at=timezone.now()
        )
        tasks.hand_on(found.pk)

    words = _("押さえを延ばし、振替先のない方の枠をもう一度探しています。")
    return _act(request, found, Shown(request.POST), words, act)


@policy(CHANGES)
@require_POST
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second step: people are moved and told; it cannot be undone any more."""
    found = _found(pk)

    def act(form: Any) -> None:
        transfers.send(
            transfer=found, shown=form.cleaned_data["shown"], by=_me(request), at=timezone.now()
        )
        tasks.hand_on(found.pk)

    words = _("送信を始めました。一人ずつ振替えて、連絡します。")
    return _act(request, found, SendForm(request.POST), words, act)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As if it had never been begun."""
    found = _found(pk)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            is_open = transfers.undo(
                transfer=found, reason=form.cleaned_data["reason"], by=_me(request),
                at=timezone.now(),
            )  # fmt: skip
        except TransferRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            words = _("取りやめました。受付は元のとおりです。")
            closed = _("取りやめました。振替の前から休止していたため、休止のままです。")
            messages.success(request, words if is_open else closed)
            return redirect("venues:opening", found.opening_id)
    facts = {**page_of(found, at=timezone.now()), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "booking/transfers/undo.html", facts, status=status)


def _act(
    request: HttpRequest,
    found: Transfer,
    form: forms.Form | None,
    words: str,
    act: Callable[[Any], object],
) -> HttpResponse:
    """Do it, or show the page again with the reason why not."""
    if form is not None and not form.is_valid():
        return _page(request, found, refused=form)
    try:
        act(form)
    except TransferRefused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, words)
    return redirect("booking:transfer", found.pk)


def _page(
    request: HttpRequest, found: Transfer, *, refused: forms.Form | None = None
) -> HttpResponse:
    asked = LinesForm(request.GET or None)
    shown = asked.cleaned_data if asked.is_bound and asked.is_valid() else {}
    rows = transfers.lines_of(
        found, showing=shown.get("showing", ""), number=shown.get("number", ""),
        slot_id=_number(request.GET.get("slot", "")),
    )  # fmt: skip
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    facts = {
        **page_of(found, at=timezone.now()),
        "asked": asked,
        "page": page,
        "lines": people(page),
        "send_form": refused
        if isinstance(refused, SendForm)
        else SendForm(initial={"shown": found.version}),
    }
    status = 422 if refused else 200
    return render(request, "booking/transfers/transfer.html", facts, status=status)


def _may_change(found: Transfer, line: TransferLine) -> bool:
    return found.state == Transfer.State.PROPOSED and PersonLine(line).may_change


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else None


def _found(pk: UUID) -> Transfer:
    found = transfers.find(pk)
    if found is None:
        raise Http404
    return found


def _found_line(pk: UUID, line_pk: UUID) -> tuple[Transfer, TransferLine]:
    found = _found(pk)
    line = transfers.find_line(found, line_pk)
    if line is None:
        raise Http404
    return found, line


def _me(request: HttpRequest) -> Staff:
    return cast("Staff", request.user)
