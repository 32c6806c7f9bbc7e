"""Doors: close a single slot and reopen it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may
from venues import days, slots
from venues.forms import Reason, refuse
from venues.presenters import DayRow, SlotRow
from venues.refusals import Refused
from venues.views._doors import found, page, staff_of


@policy(staff_may(Permission.EDIT_VENUES))
@require_http_methods(["GET", "POST"])
def close_slot(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop new bookings of one slot."""
    return _turn(request, pk, slots.close, done=_("枠を閉じました。"), is_closing=True)


@policy(staff_may(Permission.EDIT_VENUES))
@require_http_methods(["GET", "POST"])
def reopen_slot(request: HttpRequest, pk: int) -> HttpResponse:
    """Take bookings for a slot again."""
    return _turn(request, pk, slots.reopen, done=_("枠を再開しました。"), is_closing=False)


def _turn(
    request: HttpRequest, pk: int, verb: Callable[..., None], *, done: str, is_closing: bool
) -> HttpResponse:
    slot = found(days.find_slot(pk))
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verb(
                slot=slot, reason=form.cleaned_data["reason"], by=staff_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, done)
            return redirect("venues:opening", slot.opening_id)
    line = next(one for one in days.slot_lines(slot.opening) if one.slot.pk == slot.pk)
    facts = {
        "form": form,
        "row": DayRow(days.line_of(slot.opening), timezone.now()),
        "slot": SlotRow(line, True),
        "is_closing": is_closing,
    }
    return page(request, "turn_slot.html", facts, status=422 if form.is_bound else 200)
