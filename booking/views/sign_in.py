"""Doors to both levels: what was typed goes in, one of two answers comes out (ご本人の確認)."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking import errand as errands
from booking import forms, free_places, group_claims, programme_choice, sign_in
from booking.errand import Level
from booking.views._doors import network, next_step, page
from shared.views import errors
from tenancy.policies import PUBLIC, policy
from venues.models import Channel


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def to_book(request: HttpRequest) -> HttpResponse:
    """Level A: voucher number and date of birth."""
    at = timezone.now()
    if request.method != "POST":
        place = forms.ChosenPlace(request.GET)
        chosen = place.cleaned_data["place"] if place.is_valid() else ""
        most = group_claims.most(Channel.WEB)
        return page(request, "sign_in", form=forms.SignIn(), chosen=chosen, most_together=most)
    form = forms.SignIn(request.POST)
    chosen = request.POST.get("place", "")
    if form.is_valid():
        refusal = sign_in.public_refusal(form.cleaned_data["born_on"], at=at)
        if refusal is None:
            return _enter_to_book(request, form, chosen)
        return page(request, "sign_in", status=422, form=form, chosen=chosen, public=refusal)
    return page(request, "sign_in", status=422, form=form, chosen=chosen)


def _enter_to_book(request: HttpRequest, form: forms.SignIn, chosen: str) -> HttpResponse:
    at = timezone.now()
    try:
        resident = sign_in.enter_to_book(typed_in(request, form), at=at)
    except sign_in.NotConfirmed as refusal:
        return page(request, "sign_in", status=422, form=form, chosen=chosen, words=refusal.words)
    except sign_in.TooManyTries:
        return errors.too_many(request)
    errand = errands.begin(request.session, resident.pk, level=Level.A, at=at)
    rotate_token(request)
    if request.POST.get("wait") == "1":
        return redirect("booking:waiting")
    wanted_lottery = forms.ChosenLottery(request.POST)
    if wanted_lottery.is_valid():
        return redirect("booking:lottery", wanted_lottery.cleaned_data["lottery"])
    place = forms.ChosenPlace({"place": chosen})
    if place.is_valid():
        wanted = free_places.Wanted(born_on=resident.born_on, dose_number=1, at=at)
        found = free_places.offer(at=at).choosable(place.cleaned_data["place"], wanted)
        if found:
            programme_choice.choose(errand, found.programme_id)
            errand.choose(1, found.bucket_id)
    return redirect(next_step(errand))


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def to_wait(request: HttpRequest) -> HttpResponse:
    """Level W: what level A proves, for the waiting list only; nobody stands in line for it."""
    at, form = timezone.now(), forms.SignIn(request.POST if request.method == "POST" else None)
    said: dict[str, object] = {}
    if form.is_valid():
        refusal = sign_in.public_refusal(form.cleaned_data["born_on"], at=at)
        if refusal is None:
            try:
                resident = sign_in.enter_to_book(typed_in(request, form), at=at)
            except sign_in.NotConfirmed as unknown:
                said = {"words": unknown.words}
            except sign_in.TooManyTries:
                return errors.too_many(request)
            else:
                errands.begin(request.session, resident.pk, level=Level.W, at=at)
                rotate_token(request)
                return redirect("booking:waiting")
        else:
            said = {"public": refusal}
    status = 422 if form.is_bound else 200
    return page(request, "sign_in", status=status, form=form, is_to_wait=True, **said)


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def to_change(request: HttpRequest) -> HttpResponse:
    """Level B: the reservation number as well."""
    at = timezone.now()
    if request.method != "POST":
        return page(request, "sign_in_to_change", form=forms.SignInToChange())
    form = forms.SignInToChange(request.POST)
    if form.is_valid():
        try:
            resident = sign_in.enter_to_change(typed_in(request, form), at=at)
        except sign_in.NotConfirmed as refusal:
            words = refusal.words
            return page(request, "sign_in_to_change", status=422, form=form, words=words)
        except sign_in.TooManyTries:
            return errors.too_many(request)
        else:
            errands.begin(request.session, resident.pk, level=Level.B, at=at)
            rotate_token(request)
            return redirect("booking:mine")
    return page(request, "sign_in_to_change", status=422, form=form)


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD"])
def short_link(_request: HttpRequest) -> HttpResponse:
    """The link that messages carry."""
    return redirect("booking:sign_in_to_change")


def typed_in(request: HttpRequest, form: forms.SignIn) -> sign_in.Typed:
    """What the form holds, for the verbs."""
    return sign_in.Typed(
        line=form.cleaned_data["voucher"],
        born_on=form.cleaned_data["born_on"],
        network=network(request),
        reservation_number=form.cleaned_data.get("reservation"),
    )
