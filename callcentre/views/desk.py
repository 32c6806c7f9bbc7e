"""Door: the one working screen of an operator."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.forms import ContactForm
from booking.models import Reservation
from booking.presenters import waiting
from booking.rulebook import rulebook
from booking.waiting_forms import OperatorsWaitingForm
from callcentre import consoles, desk, notes, outbound, together
from callcentre.call_script import Step
from callcentre.change_forms import CancelForm, PassForm
from callcentre.forms import (
    ApprovalForm,
    DayChoiceForm,
    FindForm,
    IdentityForm,
    MessageResultForm,
    NoteForm,
    StartForm,
    TakeOverForm,
    WardRequestForm,
)
from callcentre.presenters import desk_page
from callcentre.presenters.errand import Errand
from callcentre.views._doors import seat_of
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of
from tenancy.standings import standing
from venues import availability

WAITING_SHOWN = 8
WAITS_AHEAD = timedelta(days=60)


@policy(staff_may(Permission.TAKE_CALLS))
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The desk as it is now."""
    return render_desk(request)


def render_desk(
    request: HttpRequest, *, found: Step | None = None, status: int = 200, **bound: Any
) -> HttpResponse:
    """The screen with the forms of its step; a form that was just refused comes back bound."""
    by, now = staff_of(request), timezone.now()
    today = timezone.localdate(now)
    errand = Errand.read(request.GET)
    look = DayChoiceForm(request.GET, today=today)
    if look.is_valid():
        told = look.cleaned_data
        errand = replace(errand, venue_id=told["venue"], day=told["day"], since=told["since"])
    stands = standing()
    page = desk_page.page(
        desk.picture(party_id=errand.party_id, by=by, at=now),
        errand,
        picture=availability.staff_places(at=now),
        standing=stands,
        today=today,
        found=found,
    )
    facts = {
        "page": page,
        "desk": page.desk,
        "standing": stands,
        "message": outbound.message_of(page.desk.call) if page.desk.call else None,
        "waiting": outbound.waiting(count=WAITING_SHOWN, at=timezone.now())
        if page.desk.call is None
        else (0, []),
        "speakers": Reservation.Speaker.choices,
        "works_here": consoles.works_here(seat_of(request), by=by, at=now),
        "news_seq": consoles.news_of(by)[0],
        "may_book_together": together.may_book(page.desk.parties),
        "may_supervise": by.may(Permission.SUPERVISE_CALLS),
        **_forms(page, stands.proxy_allowed, look),
        **bound,
    }
    return render(request, "callcentre/desk.html", facts, status=status)


def find_form(call: Any, *args: Any, proxy_allowed: bool) -> FindForm:
    """The form by which somebody is found in this call."""
    needed = call is not None and call.notice_version is None
    return FindForm(*args, notice_needed=needed, proxy_allowed=proxy_allowed)


def waiting_form(doses: Sequence[int], *args: Any) -> OperatorsWaitingForm:
    """The form by which somebody is put on the waiting list."""
    today = timezone.localdate()
    return OperatorsWaitingForm(
        *args, doses=doses, venues=waiting.venue_choices(), today=today,
        initial={"first_day": today, "last_day": today + WAITS_AHEAD},
    )  # fmt: skip


def _forms(page: desk_page.DeskPage, proxy_allowed: bool, look: DayChoiceForm) -> dict[str, Any]:  # noqa: FBT001 - a fact of the ward
    call, party = page.desk.call, page.desk.party
    reason, outcome = notes.suggested(call) if call and not call.is_live else ("", "")
    return {
        "start_form": StartForm(),
        "find_form": find_form(call, proxy_allowed=proxy_allowed),
        "identity_form": IdentityForm(
            right_items=party.right_items if party else [],
            notice_needed=call is not None and call.notice_version is None,
        ),
        "approval_form": ApprovalForm(),
        "take_over_form": TakeOverForm(),
        "cancel_form": CancelForm(initial={"reason": page.errand.reason}),
        "pass_form": PassForm(),
        "note_form": NoteForm(initial={"reason": reason, "outcome": outcome}),
        "ward_form": WardRequestForm(),
        "contact_form": ContactForm(needed=rulebook().rules.contact_needed),
        "waiting_form": waiting_form(page.waitable),
        "result_form": MessageResultForm(),
        "look": look,
    }
