"""Doors: the register of named handlers: read, print, enter, change, strike off (取扱者名簿)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenancy import accounts, forms, handlers, history, pledges
from tenancy.handler_lines import HandlerLine
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

READERS = staff_may(Permission.SEE_HANDLERS)
KEEPERS = staff_may(Permission.EDIT_STAFF, fresh=Fresh.TO_CHANGE)
REFUSALS = (handlers.HandlerRefused, accounts.Refused)


@policy(READERS)
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """The register: who may work, whose time ends soon, which accounts it stops."""
    today = timezone.localdate(timezone.now())
    facts = {
        "lines": [HandlerLine(row, today) for row in handlers.everybody()],
        "soon": [HandlerLine(row, today) for row in handlers.ends_soon(on=today)],
        "unlisted": handlers.unlisted(on=today),
        "may_edit": staff_of(request).may(Permission.EDIT_STAFF),
    }
    return render(request, "tenancy/handlers/everybody.html", facts)


@policy(READERS)
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The list for the ward, on sheets of A4."""
    today = timezone.localdate(timezone.now())
    facts = {
        "lines": [HandlerLine(row, today) for row in handlers.in_force(on=today)],
        "day": today,
    }
    return render(request, "tenancy/handlers/printed.html", facts)


@policy(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter somebody: with an account that has no entry yet, or without one."""
    now = timezone.now()
    form = forms.EntryForm(
        request.POST or None,
        accounts_to_list=handlers.without_entry(),
        initial={"from_on": timezone.localdate(now)},
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = handlers.enlist(
                entry=form.entry(), staff=told["staff"], reason=told["reason"],
                by=staff_of(request), at=now,
            )  # fmt: skip
        except REFUSALS as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(request, _("名簿に加えました。"))
            return redirect("tenancy:handler", pk=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "tenancy/handlers/new.html", {"form": form}, status=status)


@policy(READERS)
@require_safe
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry with its history, and for keepers what can be done."""
    return _page(request, pk)


@policy(KEEPERS)
@require_POST
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an entry: other dates, a renewed training, another organisation; or put it back."""
    row = get_object_or_404(handlers.everybody(), pk=pk)
    form = forms.EntryForm(request.POST, prefix="change")
    if not form.is_valid():
        return _page(request, pk, form=form, status=422)
    try:
        handlers.change(
            handler=row, entry=form.entry(), reason=form.cleaned_data["reason"],
            by=staff_of(request), at=timezone.now(),
        )  # fmt: skip
    except REFUSALS as refusal:
        form.add_error(None, str(refusal.words))
        return _page(request, pk, form=form, status=409)
    messages.success(request, _("名簿を変更しました。"))
    return redirect("tenancy:handler", pk=pk)


@policy(KEEPERS)
@require_POST
def strike_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take somebody off the register: their account works no more."""
    row = get_object_or_404(handlers.everybody(), pk=pk)
    form = forms.ReasonForm(request.POST, prefix="off")
    if not form.is_valid():
        return _page(request, pk, off=form, status=422)
    try:
        handlers.strike_off(
            handler=row, reason=form.cleaned_data["reason"], by=staff_of(request),
            at=timezone.now(),
        )  # fmt: skip
    except REFUSALS as refusal:
        form.add_error(None, str(refusal.words))
        return _page(request, pk, off=form, status=409)
    messages.success(request, _("名簿から外しました。開いていた画面は終了します。"))
    return redirect("tenancy:handler", pk=pk)


def _page(
    request: HttpRequest,
    pk: UUID,
    *,
    form: forms.EntryForm | None = None,
    off: forms.ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    row = get_object_or_404(handlers.everybody(), pk=pk)
    me = staff_of(request)
    kept = {name: getattr(row, name) for name in forms.EntryFields.base_fields}
    known = {"display_name": row.person_name, "organisation": row.organisation, **kept}
    facts = {
        "line": HandlerLine(row, timezone.localdate(timezone.now())),
        "may_edit": me.may(Permission.EDIT_STAFF),
        "is_me": row.staff_id == me.pk,
        "form": form or forms.EntryForm(prefix="change", initial=known),
        "off": off or forms.ReasonForm(prefix="off"),
        "pledge": pledges.newest_of(row.staff),
        "changes": history.changes_of(row),
    }
    return render(request, "tenancy/handlers/one.html", facts, status=status)
