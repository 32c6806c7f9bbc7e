"""The link of a leftover dose: by when to be where, and one press (当日の余り)."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from booking import reservations
from booking.models import LeftoverOffer
from booking.presenters.waiting import LeftoverLine
from booking.sign_in import NotConfirmed
from booking.views._doors import page
from booking.waiting_forms import Answer
from booking.waiting_list import UnknownOffer, WaitingRefused, leftovers
from tenancy.policies import PUBLIC, policy


@policy(PUBLIC)
@never_cache
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """What is left over, where, by when; nothing about the person."""
    try:
        found = leftovers.find(token=token, at=timezone.now())
    except WaitingRefused as refusal:
        return _over(request, refusal)
    return page(request, "leftover", line=LeftoverLine(found), token=token)


@policy(PUBLIC)
@never_cache
@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Come or not; the same press twice is told the same."""
    at, form = timezone.now(), Answer(request.POST)
    try:
        found = leftovers.find(token=token, at=at)
        if not form.is_valid():
            return page(request, "leftover", status=422, line=LeftoverLine(found), token=token)
        if form.cleaned_data["answer"] == "decline":
            leftovers.decline(offer_id=found.pk, at=at)
            return page(request, "offer_declined")
        return _take(request, found, token)
    except WaitingRefused as refusal:
        return _over(request, refusal)


def _take(request: HttpRequest, found: LeftoverOffer, token: str) -> HttpResponse:
    line = LeftoverLine(found)
    try:
        made = leftovers.take(offer_id=found.pk, at=timezone.now())
    except reservations.Refused as refusal:
        words = NotConfirmed.words if refusal.from_record else refusal.words
        return page(request, "leftover", status=409, line=line, token=token, refused=words)
    return page(request, "leftover_taken", line=line, number=made.reservation_number)


def _over(request: HttpRequest, refusal: WaitingRefused) -> HttpResponse:
    status = 404 if isinstance(refusal, UnknownOffer) else 410
    return page(request, "offer_over", status=status, words=refusal.words)
