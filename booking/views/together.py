"""Level G: somebody books for several people: who they are, when, and one contact (まとめて予約)."""

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import (
    dose_places,
    forms,
    free_places,
    group_claims,
    programme_choice,
    residents,
    sign_in,
)
from booking import errand as errands
from booking.errand import Errand, Level
from booking.free_places import Offer, Wanted
from booking.group_claims import GroupNotFree
from booking.group_forms import TogetherForm
from booking.pairing import PairRule
from booking.presenters.chooser import Chooser
from booking.presenters.visits import initial_contact
from booking.rulebook import rulebook
from booking.views._doors import network, page, with_errand
from booking.views._keeping import let_go
from booking.views._keeping_together import onward
from booking.views._together import DOSES, next_step
from shared.views import errors
from tenancy.policies import PUBLIC, policy
from venues.models import Channel
from venues.picture import Place


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Voucher number and date of birth of each; who books, and that all agreed."""
    most = group_claims.most(Channel.WEB)
    if not most:
        raise Http404
    form = TogetherForm(request.POST if request.method == "POST" else None, most=most)
    if request.method != "POST" or not form.is_valid():
        return page(request, "together/enter", status=422 if form.is_bound else 200, form=form)
    at = timezone.now()
    for _line, born_on in form.people:
        if refusal := sign_in.public_refusal(born_on, at=at):
            return page(request, "together/enter", status=422, form=form, words=refusal)
    typed = [sign_in.Typed(line, born_on, network(request)) for line, born_on in form.people]
    try:
        found = sign_in.enter_together(typed, at=at)
    except sign_in.NotConfirmed as refusal:
        return page(request, "together/enter", status=422, form=form, words=refusal.words)
    except sign_in.TooManyTries:
        return errors.too_many(request)
    errand = errands.begin(request.session, found[0].pk, level=Level.G, at=at)
    told = form.cleaned_data
    errand.keep_people([one.pk for one in found], speaker=told["speaker"], consent=told["mark"])
    rotate_token(request)
    return redirect("booking:together_choose", 1)


@policy(PUBLIC)
@require_safe
@with_errand(Level.G)
def choose(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """From when on; everybody gets a place then or in the following slots."""
    let_go(errand)
    at = timezone.now()
    offer, wanted = _looked_for(errand, dose_number, at=at)
    looking = forms.Looking(request.GET).found()
    here = reverse("booking:together_choose", args=[dose_number])
    first = offer.find(errand.place(1) or 0) if dose_number > 1 else None
    chooser = Chooser(offer, wanted, looking, here, at, first=first)
    must = first is not None and programme_choice.terms_of(first).pair_rule == PairRule.TOGETHER
    return page(
        request,
        "together/choose",
        chooser=chooser,
        dose_number=dose_number,
        count=len(errand.people),
        first=chooser.line(first) if first else None,
        may_go_alone=first is not None and not must,
        take_url=reverse("booking:together_take", args=[dose_number]),
    )


@policy(PUBLIC)
@require_POST
@with_errand(Level.G)
def take(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """Keep the choice where as many places follow each other as there are people."""
    at = timezone.now()
    offer, wanted = _looked_for(errand, dose_number, at=at)
    form = forms.ChosenPlace(request.POST)
    found = offer.choosable(form.cleaned_data["place"], wanted) if form.is_valid() else None
    seats = found and group_claims.seats(
        slot_id=found.slot_id, count=len(errand.people), channels=[Channel.WEB], at=at
    )
    if found is None or not seats:
        messages.error(request, str(GroupNotFree.words))
        return redirect("booking:together_choose", dose_number)
    errand.choose(dose_number, found.bucket_id)
    return onward(request, errand)


@policy(PUBLIC)
@require_POST
@with_errand(Level.G)
def go_alone(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Only the first dose for now."""
    first = free_places.offer(at=timezone.now()).find(errand.place(1) or 0)
    if first and programme_choice.terms_of(first).pair_rule != PairRule.TOGETHER:
        errand.let_go(2)
        errand.go_alone()
    return onward(request, errand)


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.G)
def contact(request: HttpRequest, errand: Errand) -> HttpResponse:
    """One telephone number or mail address, for everybody's messages."""
    if not errand.doses:
        return redirect(next_step(errand))
    book = rulebook()
    form = forms.BookingContact(
        request.POST if request.method == "POST" else None,
        initial=initial_contact(errand.contact),
        needed=book.rules.contact_needed,
        proxy_allowed=False,  # who speaks was said at the beginning
        notice_version=book.standing.purpose_notice_version,
    )
    if request.method == "POST" and form.is_valid():
        errand.keep_contact(
            form.contact(get_language() or "ja"),
            speaker=errand.speaker,
            notice_version=form.cleaned_data["notice"],
        )
        return onward(request, errand)
    return page(request, "contact", status=422 if form.is_bound else 200, form=form)


def _looked_for(errand: Errand, dose_number: int, *, at: datetime) -> tuple[Offer, Wanted]:
    if not 1 <= dose_number <= DOSES:
        raise Http404
    offer = free_places.offer(at=at)
    youngest = _youngest(errand)
    if dose_number == 1:
        return offer, Wanted(born_on=youngest, dose_number=1, at=at)
    first: Place | None = offer.find(errand.place(1) or 0)
    course = free_places.course_of(first) if first else None
    if first is None or course is None:
        return offer, Wanted(until=date.min)
    return offer, dose_places.for_next(first, course, born_on=youngest, at=at, dose_number=2)


def _youngest(errand: Errand) -> date | None:
    return residents.youngest(errand.people)
