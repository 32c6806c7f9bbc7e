"""Doors: the supervisor's board, and the identity checks that wait for her."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from callcentre import board, openings
from callcentre.forms import ApprovalForm, OpeningForm
from callcentre.presenters.board_page import BoardPage
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of


@policy(staff_may(Permission.SEE_BOARD))
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The floor now, kept up to date while it is open."""
    return render(request, "callcentre/board.html", _facts(request))


@policy(staff_may(Permission.SEE_BOARD))
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The part of the board that changes."""
    return render(request, "callcentre/board/now.html", _facts(request))


@policy(staff_may(Permission.SUPERVISE_CALLS))
@require_safe
def escalated(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """One identity check that waits; it may have been settled meanwhile."""
    party = board.waiting_party(party_id)
    if party is None:
        return redirect("callcentre:board")
    return render(request, "callcentre/approve.html", {"party": party, "form": ApprovalForm()})


@policy(staff_may(Permission.SUPERVISE_CALLS))
@require_safe
def unopened(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """One record that waits to be opened; it may have been settled meanwhile."""
    party = openings.find_waiting(party_id)
    if party is None:
        return redirect("callcentre:board")
    return render(request, "callcentre/open.html", {"party": party, "form": OpeningForm()})


def _facts(request: HttpRequest) -> dict[str, object]:
    return {
        "page": BoardPage(board.picture(at=timezone.now())),
        "may_supervise": staff_of(request).may(Permission.SUPERVISE_CALLS),
    }
