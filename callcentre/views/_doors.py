"""What the call centre's doors have in common."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from booking import reservations
from booking.residents import FindRefused
from callcentre.presenters.errand import Errand
from callcentre.refusals import Refused
from callcentre.ward_requests import AlreadyClosed
from notifications.call_list import ListRefused

REFUSALS = (Refused, reservations.Refused, FindRefused, ListRefused, AlreadyClosed)


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
