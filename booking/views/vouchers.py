"""Doors: one voucher found by its number, its life, and what happened to it (接種券の経過)."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import vouchers
from booking.models import Voucher
from booking.voucher_forms import NoteForm, VoucherForm
from privacy import access_log, masking
from privacy.masking import Shown
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

KEEPERS: Final = staff_may(Permission.PRINT_VOUCHERS)
KEEPERS_FRESH: Final = staff_may(Permission.PRINT_VOUCHERS, fresh=Fresh.TO_CHANGE)


@policy(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Type or scan a number; it is sent in the body, never in an address."""
    form, found = VoucherForm(request.POST or None), []
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["number"]
        try:
            found = vouchers.find(number=number, by=staff_of(request), at=timezone.now())
        except vouchers.Refused as refusal:
            form.add_error("number", str(refusal.words))
        if len(found) == 1:
            return redirect("booking:voucher", pk=found[0].pk)
    facts = {"form": form, "found": found}
    status = 422 if form.is_bound and not found else 200
    return render(request, "booking/vouchers.html", facts, status=status)


@policy(KEEPERS_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its life in order, and a form for what happened to it; each look is recorded."""
    by, at = staff_of(request), timezone.now()
    found = _voucher(pk)
    form = NoteForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            vouchers.note(voucher=found, **form.cleaned_data, by=by, at=at)
        except vouchers.Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("booking:voucher", pk=pk)
    access_log.record(what="voucher_seen", resident_id=found.resident_id, by=by, at=at)
    number = masking.shown(Shown.VOUCHER, str(found.voucher_number), role=by.role)
    facts = {"voucher": found, "number": number, "lines": vouchers.history(found), "form": form}
    return render(request, "booking/voucher.html", facts, status=422 if form.is_bound else 200)


def _voucher(pk: UUID) -> Voucher:
    try:
        return vouchers.get(voucher_id=pk)
    except vouchers.NoSuchVoucher as unknown:
        raise Http404 from unknown
