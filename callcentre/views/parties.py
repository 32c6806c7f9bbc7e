"""Doors: find somebody, check who is speaking, approve, ring back, take over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.models import Reservation
from callcentre import call_backs, calls, identity_checks, leases, openings, parties
from callcentre.call_script import Step
from callcentre.forms import (
    ApprovalForm,
    IdentityForm,
    OpeningForm,
    TakeOverForm,
    WardRequestForm,
)
from callcentre.identity import LABELS, Item
from callcentre.presenters.errand import Errand
from callcentre.refusals import NoSuchCall
from callcentre.views._doors import REFUSALS, at_console, at_party, doing, show_errand
from callcentre.views.desk import find_form, render_desk
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of
from tenancy.standings import standing

TAKES_CALLS = policy(staff_may(Permission.TAKE_CALLS))


@TAKES_CALLS
@require_POST
@at_console
def find(request: HttpRequest) -> HttpResponse:
    """Look for the caller; one hit is brought in, and what was said counts as answered."""
    by, now = staff_of(request), timezone.now()
    call = calls.open_of(by)
    form = find_form(call, request.POST, proxy_allowed=standing().proxy_allowed)
    if call is None:
        return redirect("callcentre:desk")
    if not form.is_valid():
        return render_desk(request, status=422, find_form=form)
    try:
        if "notice_read" in form.fields:
            call = calls.read_notice(call=call, by=by)
        found = parties.look_for(call=call, clues=form.clues, by=by, at=now)
        if len(found) != 1:
            step = Step.NARROW if found else Step.NOT_FOUND
            typed = WardRequestForm(initial={"voucher_number": form.clues.number})
            return render_desk(
                request, found=step, find_form=form, hits=len(found), ward_form=typed
            )
        party = parties.bring_in(call=call, found=found[0], speaker=form.spoken_by, by=by, at=now)
        party, wrong = identity_checks.answer_by_clues(party=party, clues=form.clues, by=by, at=now)
    except REFUSALS as refusal:
        form.add_error(None, str(refusal.words))
        return render_desk(request, status=409, find_form=form)
    _tell_wrong(request, wrong)
    return redirect(at_party(party.pk))


@TAKES_CALLS
@require_POST
@at_console
def answer(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """The caller's answers to the identity check."""
    by, now = staff_of(request), timezone.now()
    try:
        party = parties.find(party_id=party_id, by=by)
        unread = party.call.notice_version is None
        form = IdentityForm(request.POST, right_items=party.right_items, notice_needed=unread)
        if not form.is_valid():
            shown = show_errand(request, Errand(party.pk))
            return render_desk(shown, status=422, identity_form=form)
        if unread:
            calls.read_notice(call=party.call, by=by)
        party, wrong = identity_checks.answer(party=party, answers=form.answers, by=by, at=now)
    except REFUSALS as refusal:
        messages.error(request, str(refusal.words))
    else:
        _tell_wrong(request, wrong)
    return redirect(at_party(party_id))


@TAKES_CALLS
@require_POST
@at_console
def speak(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Who is on the line for this resident."""
    by = staff_of(request)
    speaker = request.POST.get("speaker", "")
    if speaker not in Reservation.Speaker.values:
        speaker = Reservation.Speaker.SELF

    def work() -> None:
        parties.speak(party=parties.find(party_id=party_id, by=by), speaker=speaker, by=by)

    return doing(request, work, then=at_party(party_id))


@TAKES_CALLS
@require_POST
@at_console
def ring_back(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """End this call and ring the number on record."""
    by, now = staff_of(request), timezone.now()

    def work() -> None:
        call_backs.ring_back(party=parties.find(party_id=party_id, by=by), by=by, at=now)

    return doing(request, work, then=reverse("callcentre:desk"))


@policy(staff_may(Permission.SUPERVISE_CALLS))
@require_POST
def approve(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """A supervisor takes the check of somebody else's call upon themselves."""
    by, now = staff_of(request), timezone.now()
    form = ApprovalForm(request.POST)

    def work() -> None:
        if not form.is_valid():
            raise NoSuchCall(_("承認の理由を選んでください。"))
        party = parties.find_any(party_id=party_id)
        reason = form.cleaned_data["reason"]
        identity_checks.approve(party=party, reason=reason, by=by, at=now)

    return doing(request, work, then=reverse("callcentre:board"))


@policy(staff_may(Permission.SUPERVISE_CALLS))
@require_POST
def let_see(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """A supervisor lets somebody else's call see one record."""
    by, now = staff_of(request), timezone.now()
    form = OpeningForm(request.POST)

    def work() -> None:
        if not form.is_valid():
            raise NoSuchCall(_("理由を選んでください。"))
        party = parties.find_any(party_id=party_id)
        openings.let_see(party=party, reason=form.cleaned_data["reason"], by=by, at=now)

    return doing(request, work, then=reverse("callcentre:board"))


@policy(staff_may(Permission.SUPERVISE_CALLS))
@require_POST
@at_console
def take_over(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """A supervisor takes the resident into her own call."""
    by, now = staff_of(request), timezone.now()
    form = TakeOverForm(request.POST)

    def work() -> None:
        if not form.is_valid():
            raise NoSuchCall(_("引き継ぐ理由を選んでください。"))
        party = parties.find(party_id=party_id, by=by)
        leases.take_over(
            resident_id=party.resident_id, call=party.call, reason=form.cleaned_data["reason"],
            by=by, at=now,
        )  # fmt: skip

    return doing(request, work, then=at_party(party_id))


def _tell_wrong(request: HttpRequest, wrong: frozenset[Item]) -> None:
    if wrong:
        said = "、".join(str(LABELS[item]) for item in Item if item in wrong)
        messages.error(request, _("登録と合いません：%(items)s") % {"items": said})
