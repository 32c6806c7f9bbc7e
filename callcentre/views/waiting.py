"""Doors: put a party of the call on the waiting list, or take it off."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callcentre import claims, parties
from callcentre.presenters.errand import WAIT, Errand
from callcentre.views._doors import REFUSALS, at_console, refused, show_errand
from callcentre.views.desk import render_desk, waiting_form
from shared.figures import whole_number
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of

TAKES_CALLS = policy(staff_may(Permission.TAKE_CALLS))
DOSES = range(1, 10)


@TAKES_CALLS
@require_POST
@at_console
def join(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Put the party on the list as it was read back."""
    by, now = staff_of(request), timezone.now()
    programme_id = whole_number(request.POST.get("p", "")) or None
    errand = Errand(party_id, WAIT, programme_id=programme_id)
    form = waiting_form(DOSES, request.POST)
    try:
        party = parties.find(party_id=party_id, by=by)
        if not form.is_valid():
            return render_desk(show_errand(request, errand), status=422, waiting_form=form)
        claims.join_waiting_for(
            party=party,
            wish=replace(form.wish(form.cleaned_data["dose_number"]), programme_id=programme_id),
            contact=form.contact(party.resident.language), by=by, at=now,
        )  # fmt: skip
    except REFUSALS as refusal:
        return refused(request, refusal, then=errand.url())
    messages.success(request, _("キャンセル待ちに登録しました。"))
    return redirect(Errand(party_id).url())


@TAKES_CALLS
@require_POST
@at_console
def leave(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Take the party off the list."""
    by, now = staff_of(request), timezone.now()
    then = Errand(party_id).url()
    try:
        party = parties.find(party_id=party_id, by=by)
        dose_number = whole_number(request.POST.get("dose_number")) or 0
        claims.leave_waiting_for(
            party=party, dose_number=dose_number,
            programme_id=whole_number(request.POST.get("p", "")) or None, by=by, at=now,
        )  # fmt: skip
    except REFUSALS as refusal:
        return refused(request, refusal, then=then)
    messages.success(request, _("キャンセル待ちをやめました。"))
    return redirect(then)
