"""What the call centre's doors have in common."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from booking import reservations
from booking.residents import FindRefused
from booking.waiting_list import WaitingRefused
from callcentre import consoles
from callcentre.presenters.errand import Errand
from callcentre.refusals import Refused
from callcentre.ward_requests import AlreadyClosed
from notifications.call_list import ListRefused
from tenancy.policies import staff_of
from tenancy.sessions import SIGN_IN

WINDOW_NAME = re.compile("[a-f0-9]{32}")  # as one_window.js makes it
REFUSALS = (
    Refused, reservations.Refused, WaitingRefused, FindRefused, ListRefused, AlreadyClosed,
)  # fmt: skip


def seat_of(request: HttpRequest) -> consoles.Seat:
    """The session and the window this request comes from."""
    named = request.POST.get("console_window", "")
    window = named if WINDOW_NAME.fullmatch(named) else ""
    return consoles.Seat(str(request.session.get(SIGN_IN, "")), window)


def at_console[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Only the window that works may change anything; the others may read (T20)."""

    @wraps(view)
    def seated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        by, now = staff_of(request), timezone.now()
        if not consoles.sit(seat=seat_of(request), by=by, at=now):
            return refused(request, consoles.UsedElsewhere(), then=reverse("callcentre:desk"))
        return view(request, *args, **kwargs)

    return seated


def doing(request: HttpRequest, work: Callable[[], object], *, then: str) -> HttpResponse:
    """Do one verb and go on; a refusal is told at the top of the next page."""
    try:
        work()
    except REFUSALS as refusal:
        return refused(request, refusal, then=then)
    return redirect(then)


def refused(request: HttpRequest, refusal: Exception, *, then: str) -> HttpResponse:
    """Tell a refusal at the top of the next page."""
    messages.error(request, str(getattr(refusal, "words", refusal)))
    return redirect(then)


def show_errand(request: HttpRequest, errand: Errand) -> HttpRequest:
    """A refused form comes back on the page of its errand, though it was posted elsewhere."""
    query = request.GET.copy()
    query.update(dict(errand.pairs()))
    request.GET = query  # type: ignore[assignment]
    return request


def at_party(party_id: UUID, *more: tuple[str, object]) -> str:
    """The desk with one party chosen."""
    return Errand(party_id).url(*more)
