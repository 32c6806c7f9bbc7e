"""The link of an offer: date and venue, and one press for the answer (空きの案内)."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from booking import reservations, waiting_list
from booking.models import WaitingListOffer
from booking.presenters.waiting import OfferLine
from booking.sign_in import NotConfirmed
from booking.views._doors import page
from booking.waiting_forms import Answer
from tenancy.policies import PUBLIC, policy


@policy(PUBLIC)
@never_cache
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered and until when; nothing about the person."""
    try:
        found = waiting_list.find(token=token, at=timezone.now())
    except waiting_list.WaitingRefused as refusal:
        return _over(request, refusal)
    return page(request, "offer", line=OfferLine(found), token=token)


@policy(PUBLIC)
@never_cache
@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Take it or pass it on; the same press twice is told the same."""
    at, form = timezone.now(), Answer(request.POST)
    try:
        found = waiting_list.find(token=token, was_pressed=True, at=at)
        if not form.is_valid():
            return page(request, "offer", status=422, line=OfferLine(found), token=token)
        if form.cleaned_data["answer"] == "decline":
            waiting_list.decline(offer_id=found.pk, by=None, at=at)
            return page(request, "offer_declined")
        return _take(request, found, token)
    except waiting_list.WaitingRefused as refusal:
        return _over(request, refusal)


def _take(request: HttpRequest, found: WaitingListOffer, token: str) -> HttpResponse:
    line = OfferLine(found)
    try:
        made = waiting_list.take(offer_id=found.pk, by=None, at=timezone.now())
    except reservations.Refused as refusal:
        words = NotConfirmed.words if refusal.from_record else refusal.words
        return page(request, "offer", status=409, line=line, token=token, refused=words)
    return page(request, "offer_taken", line=line, number=made.reservation_number)


def _over(request: HttpRequest, refusal: waiting_list.WaitingRefused) -> HttpResponse:
    is_unknown = isinstance(refusal, waiting_list.UnknownOffer)
    return page(request, "offer_over", status=404 if is_unknown else 410, words=refusal.words)
