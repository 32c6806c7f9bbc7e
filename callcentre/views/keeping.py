"""Doors: hold the chosen places while the caller decides, a little longer, or no more."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callcentre import keeping, parties
from callcentre.presenters.errand import Errand
from callcentre.views._doors import REFUSALS, at_console, at_party, doing
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of
from venues import availability

TAKES_CALLS = policy(staff_may(Permission.TAKE_CALLS))


@TAKES_CALLS
@require_POST
@at_console
def hold(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Hold the slots chosen so far; where one is gone, choose it again."""
    by, now = staff_of(request), timezone.now()
    errand = replace(Errand.read(request.POST), party_id=party_id)
    party = None
    try:
        party = parties.find(party_id=party_id, by=by)
        keeping.hold_for(party=party, wishes=errand.slots, by=by, at=now)
    except REFUSALS as refusal:
        messages.error(request, str(refusal.words))
        kept = keeping.standing(resident_id=party.resident_id, at=now) if party else None
        errand = errand.still(kept.slots if kept else {})
    availability.look_again()
    return redirect(errand.url())


@TAKES_CALLS
@require_POST
@at_console
def extend(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """The caller needs a moment more."""
    by, now = staff_of(request), timezone.now()
    errand = replace(Errand.read(request.POST), party_id=party_id)

    def work() -> None:
        keeping.extend_for(party=parties.find(party_id=party_id, by=by), by=by, at=now)

    return doing(request, work, then=errand.url())


@TAKES_CALLS
@require_POST
@at_console
def let_go(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """The caller wants another time, or none."""
    by, now = staff_of(request), timezone.now()

    def work() -> None:
        keeping.let_go_for(party=parties.find(party_id=party_id, by=by), by=by, at=now)
        messages.info(request, _("押さえていた枠を放しました。"))

    return doing(request, work, then=at_party(party_id))
