"""Choosing the place of each dose (日時を選ぶ)."""

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from booking import dose_places, forms, free_places, programme_choice
from booking.errand import Errand, Level
from booking.free_places import Offer, Wanted
from booking.pairing import PairRule
from booking.presenters.chooser import Chooser
from booking.presenters.programmes import programme_line
from booking.reservations import SlotFull
from booking.views._doors import page, skipped, with_errand
from booking.views._keeping import let_go, onward
from tenancy.policies import PUBLIC, policy
from venues.picture import Place

PROPOSED, TOGETHER = 6, PairRule.TOGETHER


@policy(PUBLIC)
@require_safe
@with_errand(Level.A)
def choose(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """Free places for one dose; for the second, those that fit the first come first."""
    here = _here(dose_number)
    if back := skipped(request, errand, here):
        return back
    let_go(errand)
    at = timezone.now()
    offer = free_places.offer(at=at)
    wanted, proposed = _fitting(errand, offer, dose_number, at=at)
    looking = forms.Looking(request.GET).found()
    first = offer.find(errand.place(dose_number - 1) or 0) if dose_number > 1 else None
    chooser = Chooser(offer, wanted, looking, here, at, proposed=proposed, first=first)
    return page(
        request,
        "choose",
        chooser=chooser,
        dose_number=dose_number,
        has_doses=programme_choice.doses(errand, at=at) > 1,
        programme=programme_line(errand, at=at),
        must_be_together=first is not None
        and programme_choice.terms_of(first).pair_rule == TOGETHER,
        first=chooser.line(first) if first else None,
        take_url=reverse("booking:take", args=[dose_number]),
    )


@policy(PUBLIC)
@require_POST
@with_errand(Level.A)
def take(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """Keep the choice; nothing is reserved before the confirm page."""
    here = _here(dose_number)
    if back := skipped(request, errand, here):
        return back
    at = timezone.now()
    offer = free_places.offer(at=at)
    wanted, _proposed = _fitting(errand, offer, dose_number, at=at)
    form = forms.ChosenPlace(request.POST)
    found = offer.choosable(form.cleaned_data["place"], wanted) if form.is_valid() else None
    if found is None:
        messages.error(request, str(SlotFull.words))
        return redirect(here)
    errand.choose(dose_number, found.bucket_id)
    return onward(request, errand)


@policy(PUBLIC)
@require_POST
@with_errand(Level.A)
def go_alone(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Go on with the first dose only, where nothing is free for the second."""
    at = timezone.now()
    offer = free_places.offer(at=at)
    last = offer.find(errand.place(len(errand.doses)) or 0)
    if last is None or programme_choice.terms_of(last).pair_rule == TOGETHER:
        return onward(request, errand)
    if not _fitting(errand, offer, len(errand.doses) + 1, at=at)[1]:
        errand.go_alone()
    return onward(request, errand)


def _here(dose_number: int) -> str:
    if not 1 <= dose_number <= max(2, programme_choice.most_doses(None)):
        raise Http404
    return reverse("booking:choose", args=[dose_number])


def _fitting(
    errand: Errand, offer: Offer, dose_number: int, *, at: datetime
) -> tuple[Wanted, list[Place]]:
    born_on = errand.resident.born_on
    if dose_number == 1:
        programme_id = programme_choice.chosen(errand, at=at) or None
        return Wanted(born_on=born_on, programme_id=programme_id, dose_number=1, at=at), []
    first = offer.find(errand.place(dose_number - 1) or 0)
    course = free_places.course_of(first) if first else None
    if first is None or course is None:
        return Wanted(until=date.min), []
    wanted = dose_places.for_next(first, course, born_on=born_on, at=at, dose_number=dose_number)
    return wanted, offer.seconds(first, course, wanted, count=PROPOSED)
