"""Level G: the confirm page of a group, its one press, and the numbers (まとめて予約の確認)."""

from collections import Counter
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import errand as errands
from booking import forms, free_places, group_claims, group_holds, reservations, residents
from booking.errand import Errand, Level
from booking.group_claims import GroupNotFree
from booking.presenters.chooser import Chooser
from booking.presenters.visits import contact_lines, visits
from booking.reservations import Asking
from booking.sign_in import NotConfirmed
from booking.views._doors import page, stopped, with_errand
from booking.views._keeping import kept_facts, let_go
from booking.views._keeping_together import hold_together, kept_together, seats_of, starts_of
from booking.views._together import next_step
from tenancy.policies import PUBLIC, policy
from venues.models import Channel
from venues.slot_facts import facts

HERE = "booking:together_confirm"


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.G)
def confirm(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Show everything once more; a press books everybody, or nobody."""
    open_step = next_step(errand)
    if open_step != reverse(HERE) or errand.contact is None:
        return redirect(open_step)
    at = timezone.now()
    if request.method == "POST":
        return _claim(request, errand, at=at)
    offer = free_places.offer(at=at)
    chooser = Chooser(offer, free_places.Wanted(), {}, "", at)
    seats = seats_of(errand, at=at)
    chosen = []
    for dose in errand.doses:
        place = offer.find(errand.place(dose) or 0)
        times = _times(seats.get(dose, []))
        if place is None or not times:
            messages.error(request, str(GroupNotFree.words))
            let_go(errand)
            errand.let_go(dose)
            return redirect(next_step(errand))
        chosen.append((dose, chooser.line(place), times))
    return page(
        request,
        "together/confirm",
        chosen=chosen,
        count=len(errand.people),
        contact=contact_lines(errand.contact),
        consent=group_claims.consent_words(),
        request_key=errand.request_key,
        keep_url=reverse("booking:together_keep"),
        **kept_facts(errand, kept_together(errand, at=at), at=at),
    )


@policy(PUBLIC)
@require_POST
@with_errand(Level.G)
def keep(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Hold everybody's places a little longer, once; or hold anew what ran out."""
    open_step = next_step(errand)
    if open_step != reverse(HERE):
        return redirect(open_step)
    at = timezone.now()
    if kept_together(errand, at=at) is None:
        return hold_together(request, errand)
    group_holds.extend_together(resident_ids=errand.people, at=at)
    return redirect(HERE)


@policy(PUBLIC)
@require_safe
@with_errand(Level.G)
def done(request: HttpRequest, errand: Errand) -> HttpResponse:
    """What this very request got, person by person in the order in which they were typed."""
    made = group_claims.earlier(errand.people, request_key=errand.request_key)
    if not made:
        return redirect(next_step(errand))
    return page(
        request,
        "together/done",
        people=[visits(own) for own in made],
        contact=errand.contact,
    )


def _claim(request: HttpRequest, errand: Errand, *, at: datetime) -> HttpResponse:
    form = forms.Confirmed(request.POST)
    if not form.is_valid() or form.cleaned_data["request_key"] != errand.request_key:
        return redirect(HERE)
    asking = Asking(
        channel=Channel.WEB,
        request_key=errand.request_key,
        notice_version=errand.notice_version or 0,
        speaker=errand.speaker,
        language=get_language() or "ja",
    )
    try:
        group_claims.claim_together(
            residents=residents.in_order(errand.people),
            starts=starts_of(errand, at=at),
            asking=asking,
            channels=[Channel.WEB],
            consent=str(errand.noted("consent")),
            contact=errand.contact,
            by=None,
            at=at,
        )
    except reservations.Refused as refusal:
        return _refused(request, errand, refusal)
    return redirect("booking:together_done")


def _refused(request: HttpRequest, errand: Errand, refusal: reservations.Refused) -> HttpResponse:
    if isinstance(refusal, reservations.Stopped):
        return stopped(request, refusal, back=reverse(HERE))
    if isinstance(refusal, GroupNotFree):
        messages.error(request, str(refusal.words))
        let_go(errand)
        errand.let_go(1)
        return redirect(next_step(errand))
    let_go(errand)
    errands.end(request.session)
    words = NotConfirmed.words if refusal.from_record else refusal.words
    return page(request, "not_confirmed", status=409, words=words)


def _times(buckets: list[int]) -> list[tuple[datetime, int]]:
    """How many come when."""
    return sorted(Counter(facts(one).starts_at for one in buckets).items())
