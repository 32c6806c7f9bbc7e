"""The confirm page and its one press: the only moment at which places are taken (確認)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from booking import errand as errands
from booking import forms, free_places, holds, programme_choice, reservations
from booking.errand import Errand, Level
from booking.presenters.chooser import Chooser
from booking.presenters.programmes import programme_line
from booking.presenters.visits import contact_lines
from booking.reservations import Asking, Wish
from booking.rulebook import rulebook
from booking.sign_in import NotConfirmed
from booking.views._doors import next_step, page, skipped, stopped, with_errand
from booking.views._keeping import dose_gone, hold, kept, kept_facts, let_go
from tenancy.policies import PUBLIC, policy
from venues.models import Channel


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.A)
def confirm(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Show everything once more; a press takes both places, or says what to do next."""
    if request.method == "POST":
        return _claim(request, errand)
    if back := skipped(request, errand, reverse("booking:confirm")):
        return back
    at = timezone.now()
    offer = free_places.offer(at=at)
    chooser = Chooser(offer, free_places.Wanted(), {}, "", at)
    chosen = [(dose, offer.find(errand.place(dose) or 0)) for dose in errand.doses]
    contact = errand.contact
    assert contact is not None
    return page(
        request,
        "confirm",
        chosen=[(dose, chooser.line(place)) for dose, place in chosen if place],
        programme=programme_line(errand, at=at),
        has_doses=programme_choice.doses(errand, at=at) > 1,
        contact=contact_lines(contact),
        request_key=errand.request_key,
        rules=rulebook().rules,
        keep_url=reverse("booking:keep"),
        **kept_facts(errand, kept(errand, at=at), at=at),
    )


@policy(PUBLIC)
@require_POST
@with_errand(Level.A)
def keep(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Hold the choice a little longer, once; or hold anew what ran out."""
    if back := skipped(request, errand, reverse("booking:confirm")):
        return back
    at = timezone.now()
    if kept(errand, at=at) is None:
        return hold(request, errand)
    holds.extend(resident_id=errand.resident_id, at=at)
    return redirect("booking:confirm")


def _claim(request: HttpRequest, errand: Errand) -> HttpResponse:
    form, contact = forms.Confirmed(request.POST), errand.contact
    wishes = [Wish(dose, bucket) for dose in errand.doses if (bucket := errand.place(dose))]
    complete = form.is_valid() and form.cleaned_data["request_key"] == errand.request_key
    open_step = next_step(errand)
    if not complete or contact is None or open_step != reverse("booking:confirm"):
        return redirect(open_step)
    asking = Asking(
        channel=Channel.WEB,
        request_key=errand.request_key,
        notice_version=errand.notice_version or 0,
        speaker=errand.speaker,
        language=get_language() or "ja",
    )
    try:
        reservations.claim(
            resident=errand.resident,
            wishes=wishes,
            asking=asking,
            contact=contact,
            by=None,
            at=timezone.now(),
        )
    except reservations.Refused as refusal:
        return _refused(request, errand, refusal)
    return redirect("booking:done")


def _refused(request: HttpRequest, errand: Errand, refusal: reservations.Refused) -> HttpResponse:
    if refusal.from_record:
        let_go(errand)
        errands.end(request.session)
        return page(request, "not_confirmed", status=409, words=NotConfirmed.words)
    if isinstance(refusal, reservations.Stopped):
        return stopped(request, refusal, back=reverse("booking:confirm"))
    if isinstance(refusal, reservations.ChangedMeanwhile):
        # What this page once got is no longer: the next press asks for something new.
        errand.renew_key()
        messages.error(request, str(refusal.words))
        return redirect("booking:confirm")
    messages.error(request, str(refusal.words))
    let_go(errand)
    errand.let_go(dose_gone(errand))
    return redirect(next_step(errand))
