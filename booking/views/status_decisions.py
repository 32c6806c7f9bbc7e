"""Doors: bookings of people who moved, died or lost the voucher; keep or cancel each (予約の判断)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking import forms, status_decisions
from booking.presenters.status_decisions import people
from booking.reservations import Refused
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

READERS = staff_may(Permission.DECIDE_STATUS)
DECIDERS = staff_may(Permission.DECIDE_STATUS, fresh=Fresh.TO_CHANGE)


@policy(READERS)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Who waits, with which bookings; the soonest visit first."""
    by, at = staff_of(request), timezone.now()
    found = status_decisions.waiting(by=by, at=at)
    facts = {
        "people": people(found, role=by.role),
        "shown": len(found),
        "is_cut": len(found) == status_decisions.MOST_SHOWN,
    }
    return render(request, "booking/to_decide.html", facts)


@policy(DECIDERS)
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep or cancel one, as it was shown."""
    form = forms.Decision(request.POST)
    if not form.is_valid():
        messages.error(request, str(status_decisions.AlreadyDecided.words))
        return redirect("booking:to_decide")
    try:
        made = status_decisions.decide(
            reservation_id=pk, **form.cleaned_data, by=staff_of(request), at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        is_kept = made.outcome == status_decisions.Outcome.KEPT
        words = _("予約を残しました。") if is_kept else _("予約を取り消しました。")
        messages.success(request, words)
    return redirect("booking:to_decide")
