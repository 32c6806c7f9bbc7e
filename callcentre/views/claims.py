"""Doors: book, move and cancel for a party of the call."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.change_limits import Later
from booking.forms import ContactForm
from booking.reservations import LaterUndecided, ReasonNeeded
from booking.rulebook import rulebook
from callcentre import claims, desk, parties
from callcentre.change_forms import CancelForm
from callcentre.presenters.errand import BOOK, CANCEL, CONTACT, MOVE, TOLD, Errand
from callcentre.views._doors import REFUSALS, at_console, show_errand
from callcentre.views.desk import render_desk
from shared.figures import whole_number
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of
from venues import availability

TAKES_CALLS = policy(staff_may(Permission.TAKE_CALLS))


@TAKES_CALLS
@require_POST
@at_console
def claim(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Take the slots that were read back, all or none."""
    by, now, errand = staff_of(request), timezone.now(), Errand.read(request.POST)
    try:
        key = UUID(request.POST.get("request_key", ""))
    except ValueError:
        key = uuid4()
    try:
        made = claims.claim_for(
            party=parties.find(party_id=party_id, by=by), wishes=errand.slots, request_key=key,
            by=by, at=now,
        )  # fmt: skip
    except REFUSALS as refusal:
        return _again(request, refusal, Errand(party_id, BOOK, doses=errand.doses))
    messages.success(request, _("予約しました（%(count)s件）。") % {"count": len(made)})
    return _told(party_id)


@TAKES_CALLS
@require_POST
@at_console
def move(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Move the reservation that was read out to the slot that was read back."""
    by, now, errand = staff_of(request), timezone.now(), Errand.read(request.POST)
    try:
        claims.move_for(
            party=parties.find(party_id=party_id, by=by),
            reservation_id=errand.reservation_id or party_id,
            version=_version(request),
            slot_id=next(iter(errand.slots.values()), 0),
            pass_reason=request.POST.get("pass_reason", ""),
            giving_up=_giving_up(request, errand),
            by=by,
            at=now,
        )
    except REFUSALS as refusal:
        again = replace(errand, party_id=party_id, kind=MOVE)
        if not isinstance(refusal, ReasonNeeded):
            again = replace(again, slots={})
        return _again(request, refusal, again)
    messages.success(request, _("予約を変更しました。"))
    return _told(party_id)


@TAKES_CALLS
@require_POST
@at_console
def cancel(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Cancel the reservation that was read out."""
    by, now, errand = staff_of(request), timezone.now(), Errand.read(request.POST)
    form = CancelForm(request.POST)
    again = Errand(party_id, CANCEL, errand.reservation_id)
    if not form.is_valid():
        messages.error(request, _("取消の理由を選んでください。"))
        return redirect(again.url())
    if form.decided == Later.MOVE and (later := _later_of(party_id, errand, by, now)):
        reason = form.cleaned_data["reason"]
        cancels = {"cancels": errand.reservation_id, "reason": reason}
        return redirect(replace(Errand(party_id, MOVE, later), **cancels).url())
    try:
        claims.cancel_for(
            party=parties.find(party_id=party_id, by=by),
            reservation_id=errand.reservation_id or party_id,
            version=_version(request),
            reason=form.cleaned_data["reason"],
            later=form.decided,
            by=by,
            at=now,
        )
    except REFUSALS as refusal:
        undecided = isinstance(refusal, LaterUndecided)
        return _again(request, refusal, again if undecided else Errand(party_id))
    messages.success(request, _("予約を取り消しました。"))
    return _told(party_id)


@TAKES_CALLS
@require_POST
@at_console
def contact(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Put the contact on record that was read back."""
    by, now = staff_of(request), timezone.now()
    form = ContactForm(request.POST, needed=rulebook().rules.contact_needed)
    try:
        party = parties.find(party_id=party_id, by=by)
        if not form.is_valid():
            shown = show_errand(request, Errand(party_id, CONTACT))
            return render_desk(shown, status=422, contact_form=form)
        told = form.contact(party.resident.language)
        claims.change_contact_for(party=party, contact=told, by=by, at=now)
    except REFUSALS as refusal:
        return _again(request, refusal, Errand(party_id, CONTACT))
    messages.success(request, _("連絡先を変更しました。"))
    return redirect(Errand(party_id).url())


@TAKES_CALLS
@require_POST
@at_console
def answer_offer(request: HttpRequest, party_id: UUID, offer_id: UUID) -> HttpResponse:
    """The answer to an offer of the waiting list, as it was said on the telephone."""
    by, now = staff_of(request), timezone.now()
    takes = request.POST.get("answer") == "take"
    try:
        claims.answer_offer_for(
            party=parties.find(party_id=party_id, by=by), offer_id=offer_id, takes=takes,
            by=by, at=now,
        )  # fmt: skip
    except REFUSALS as refusal:
        return _again(request, refusal, Errand(party_id))
    if not takes:
        messages.success(request, _("見送りを記録し、枠を次の方に回しました。"))
        return redirect(Errand(party_id).url())
    messages.success(request, _("予約しました（%(count)s件）。") % {"count": 1})
    return _told(party_id)


def _told(party_id: UUID) -> HttpResponse:
    availability.look_again()
    return redirect(Errand(party_id, TOLD).url())


def _again(request: HttpRequest, refusal: Exception, errand: Errand) -> HttpResponse:
    messages.error(request, str(getattr(refusal, "words", refusal)))
    availability.look_again()
    return redirect(errand.url())


def _later_of(party_id: UUID, errand: Errand, by: Staff, now: datetime) -> UUID | None:
    """The dose after the one that is cancelled, which gets another time first."""
    party = desk.picture(party_id=party_id, by=by, at=now)
    held = party.card.reservations if party.card else ()
    first = next((one for one in held if one.pk == errand.reservation_id), None)
    if first is None:
        return None
    mine = [one for one in held if one.programme_id == first.programme_id]
    after = [one.pk for one in mine if one.dose_number > first.dose_number]
    return after[0] if len(after) == 1 else None


def _giving_up(request: HttpRequest, errand: Errand) -> claims.GivingUp | None:
    if errand.cancels is None:
        return None
    version = whole_number(request.POST.get("cancels_version")) or 0
    return claims.GivingUp(errand.cancels, version, errand.reason or "other")


def _version(request: HttpRequest) -> int:
    return whole_number(request.POST.get("version")) or 0
