"""Doors: venue staff call out leftover doses of the day and watch the answers (当日の余り)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.waiting_forms import LeftoverForm
from booking.waiting_list import leftovers
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of
from venues.refusals import Refused

CALLERS = policy(staff_may(Permission.CALL_LEFTOVERS))


@CALLERS
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Today's openings, each with its button; what was called out and how it stands."""
    return _page(request)


@CALLERS
@require_POST
def call_out(request: HttpRequest, opening_pk: int) -> HttpResponse:
    """So many doses now: who can come is asked at once."""
    at = timezone.now()
    form = LeftoverForm(request.POST, auto_id=f"id_{opening_pk}_%s")
    known = {one.pk: one for one in leftovers.openings_today(at=at)}
    if opening_pk not in known:
        raise Http404
    if not form.is_valid():
        return _page(request, form, chosen=opening_pk, status=422)
    try:
        leftovers.call_out(
            opening=known[opening_pk], doses=form.cleaned_data["doses"],
            minutes=form.cleaned_data["minutes"], by=staff_of(request), at=at,
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, str(refusal.words))
        return _page(request, form, chosen=opening_pk, status=409)
    messages.success(request, _("案内を始めました。返事はこの画面に出ます。"))
    return redirect("booking:leftovers")


@CALLERS
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop at once; who has said yes still comes."""
    call = leftovers.find_call(pk)
    if call is None:
        raise Http404
    leftovers.end(call=call, by=staff_of(request), at=timezone.now())
    messages.success(request, _("案内を終えました。すでに返事をした方は来場します。"))
    return redirect("booking:leftovers")


def _page(
    request: HttpRequest,
    form: LeftoverForm | None = None,
    *,
    chosen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    openings = [
        (one, form if one.pk == chosen else LeftoverForm(auto_id=f"id_{one.pk}_%s"))
        for one in leftovers.openings_today(at=at)
    ]
    facts = {"openings": openings, "standing": leftovers.standing(at=at)}
    return render(request, "booking/leftovers.html", facts, status=status)
