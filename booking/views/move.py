"""Level B: another time for one dose, or a time for a missing one (日時の変更)."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import forms, free_places, holds, reservations
from booking.errand import Errand, Level
from booking.free_places import Wanted
from booking.models import Reservation
from booking.presenters.chooser import Chooser
from booking.presenters.mine import missing_doses
from booking.presenters.visits import Visit
from booking.reservations import Asking, SamePlace, SlotFull, TooLate, Wish
from booking.rulebook import rulebook
from booking.sign_in import NotConfirmed
from booking.views._doors import page, stopped, with_errand
from booking.views._keeping import hold_move, kept_facts, kept_of, let_go
from privacy import budgets
from tenancy.policies import PUBLIC, policy
from venues.models import Channel

MOST_MOVES, WINDOW = 5, timedelta(days=1)  # nobody holds many places by turning one over (T34)


@policy(PUBLIC)
@require_safe
@with_errand(Level.B)
def choose(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """Free places that keep the interval to the other dose."""
    at = timezone.now()
    held = reservations.live_of(errand.resident_id)
    _refuse_nonsense(held, dose_number)
    let_go(errand)
    looking = forms.Looking(request.GET).found()
    here = reverse("booking:move", args=[dose_number])
    offer = free_places.offer(at=at)
    chooser = Chooser(offer, _fitting(errand, held, dose_number, at=at), looking, here, at)
    return page(
        request,
        "move",
        chooser=chooser,
        dose_number=dose_number,
        before=_of(held, dose_number),
        take_url=reverse("booking:move_take", args=[dose_number]),
    )


@policy(PUBLIC)
@require_POST
@with_errand(Level.B)
def take(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """Keep the choice for the confirm page."""
    held = reservations.live_of(errand.resident_id)
    _refuse_nonsense(held, dose_number)
    at = timezone.now()
    wanted = _fitting(errand, held, dose_number, at=at)
    form = forms.ChosenPlace(request.POST)
    offer = free_places.offer(at=at)
    found = offer.choosable(form.cleaned_data["place"], wanted) if form.is_valid() else None
    if found is None:
        messages.error(request, str(SlotFull.words))
        return redirect("booking:move", dose_number)
    errand.note(f"move{dose_number}", found.bucket_id)
    errand.renew_key()
    return _hold(request, errand, dose_number)


@policy(PUBLIC)
@require_POST
@with_errand(Level.B)
def keep(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """Hold the new place a little longer, once; or hold anew what ran out."""
    bucket_id = errand.noted(f"move{dose_number}")
    if not bucket_id:
        return redirect("booking:mine")
    at = timezone.now()
    if kept_of(errand, {dose_number: int(bucket_id)}, at=at) is None:
        return _hold(request, errand, dose_number)
    holds.extend(resident_id=errand.resident_id, at=at)
    return redirect("booking:move_confirm", dose_number)


def _hold(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """To the confirm page, with the new place held beside the present one; or back to choosing."""
    try:
        hold_move(errand, dose_number, int(errand.noted(f"move{dose_number}")))
    except SlotFull as refusal:
        messages.error(request, str(refusal.words))
        errand.note(f"move{dose_number}", None)
        return redirect("booking:move", dose_number)
    return redirect("booking:move_confirm", dose_number)


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.B)
def confirm(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """Show before and after; a press takes the new place and gives the old one back."""
    at = timezone.now()
    held = reservations.live_of(errand.resident_id)
    if request.method == "POST" and not held:
        messages.error(request, str(reservations.ChangedMeanwhile.words))
        return redirect("booking:mine")
    _refuse_nonsense(held, dose_number)
    bucket_id = errand.noted(f"move{dose_number}")
    place = free_places.offer(at=at).find(bucket_id) if bucket_id else None
    if place is None:
        done_already = request.method == "POST" and not bucket_id
        return redirect("booking:mine") if done_already else redirect("booking:move", dose_number)
    if request.method == "POST":
        form = forms.Confirmed(request.POST)
        if not form.is_valid() or form.cleaned_data["request_key"] != errand.request_key:
            messages.info(
                request, _("ほかの画面で選び直されています。この内容でよいかご確認ください。")
            )
            return redirect("booking:move_confirm", dose_number)
        return _change(request, errand, _of(held, dose_number), dose_number, at=at)
    chooser = Chooser(free_places.offer(at=at), Wanted(), {}, "", at)
    return page(
        request,
        "move_confirm",
        dose_number=dose_number,
        before=_of(held, dose_number),
        after=chooser.line(place),
        request_key=errand.request_key,
        keep_url=reverse("booking:move_keep", args=[dose_number]),
        **kept_facts(errand, kept_of(errand, {dose_number: int(bucket_id)}, at=at), at=at),
    )


def _change(
    request: HttpRequest,
    errand: Errand,
    before: Visit | None,
    dose_number: int,
    *,
    at: datetime,
) -> HttpResponse:
    bucket_id = int(errand.noted(f"move{dose_number}"))
    if not _within_budget(errand, at=at):
        messages.error(
            request, _("1日に変更できる回数を超えました。コールセンターにお電話ください。")
        )
        return redirect("booking:mine")
    try:
        if before is None:
            _claim(errand, dose_number, bucket_id, at=at)
        else:
            reservations.move(
                reservation=before.reservation, bucket_id=bucket_id, channel=Channel.WEB, by=None,
                at=at,
            )  # fmt: skip
    except reservations.Stopped as refusal:
        here = reverse("booking:move_confirm", args=[dose_number])
        return stopped(request, refusal, back=here, is_booked=True)
    except reservations.Refused as refusal:
        let_go(errand)
        return _refused(request, refusal, dose_number)
    let_go(errand)
    errand.note(f"move{dose_number}", None)
    messages.success(request, _("予約を変更しました。") if before else _("予約しました。"))
    return redirect("booking:mine")


def _refused(request: HttpRequest, refusal: reservations.Refused, dose_number: int) -> HttpResponse:
    # Who has proved level B may hear about reservations, not about flags or vouchers.
    silent = isinstance(refusal, reservations.NotPermitted)
    messages.error(request, str(NotConfirmed.words if silent else refusal.words))
    if silent or isinstance(refusal, TooLate | SamePlace):
        return redirect("booking:mine")
    return redirect("booking:move", dose_number)


def _claim(errand: Errand, dose_number: int, bucket_id: int, *, at: datetime) -> None:
    asking = Asking(
        channel=Channel.WEB,
        request_key=errand.request_key,
        notice_version=rulebook().standing.purpose_notice_version,
        language=get_language() or "ja",
    )
    reservations.claim(
        resident=errand.resident, wishes=[Wish(dose_number, bucket_id)], asking=asking, by=None,
        at=at,
    )  # fmt: skip


def _within_budget(errand: Errand, *, at: datetime) -> bool:
    key = str(errand.resident_id)
    return budgets.spend(kind="moves", key=key, limit=MOST_MOVES, window=WINDOW, at=at)


def _of(held: list[Reservation], dose_number: int) -> Visit | None:
    found = (Visit(one) for one in held if one.dose_number == dose_number)
    return next(found, None)


def _refuse_nonsense(held: list[Reservation], dose_number: int) -> None:
    # A dose can be looked for only beside a reservation, and only a dose of its course.
    if not held or (_of(held, dose_number) is None and dose_number not in missing_doses(held)):
        raise Http404


def _fitting(errand: Errand, held: list[Reservation], dose_number: int, *, at: datetime) -> Wanted:
    others = {one.dose_number: one.slot.opening for one in held if one.dose_number != dose_number}
    before, after = others.get(dose_number - 1), others.get(dose_number + 1)
    beside = before or after
    apart = timedelta(days=0)
    if beside:
        apart = timedelta(
            days=rulebook().course(beside.vaccine_id, beside.day, beside.programme_id).earliest_days
        )
    return Wanted(
        born_on=errand.resident.born_on,
        vaccine_id=beside.vaccine_id if beside else None,
        since=before.day + apart if before else None,
        until=after.day - apart if after else None,
        dose_number=dose_number,
        at=at,
    )
