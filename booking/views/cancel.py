"""Level B: cancel one reservation, after a page that asks once more (予約の取消)."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import forms, reservations
from booking.change_limits import Later
from booking.dose_addresses import DoseOf, of_programme
from booking.errand import Errand, Level
from booking.models import Reservation
from booking.presenters.mine import MOST_DOSES, my_visits
from booking.views._doors import page, with_errand
from tenancy.policies import PUBLIC, policy
from venues.models import Channel


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.B)
def cancel(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """The reason is asked for but may be left out."""
    at = timezone.now()
    found = of_programme(reservations.live_of(errand.resident_id), dose_number)
    held = my_visits(found, at=at)
    visit = next((one for one in held if one.dose_number == dose_number), None)
    if visit is None and request.method == "POST" and 1 <= dose_number <= MOST_DOSES:
        messages.info(request, _("この予約はすでに取り消されています。"))
        return redirect("booking:mine")
    if visit is None:
        raise Http404
    programme = visit.reservation.programme_id
    later = [
        one
        for one in held
        if one.dose_number > dose_number and one.reservation.programme_id == programme
    ]
    choices = reservations.later_choices_of(
        visit.reservation, [one.reservation for one in held], at=at
    )
    shown = "+".join(f"{one.reservation.pk}.{one.reservation.version}" for one in [visit, *later])
    form = forms.Cancellation(
        request.POST if request.method == "POST" else None, initial={"shown": shown},
        choices=choices, next_dose=later[0].dose if later else "",
    )  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return page(request, "cancel", status=status, form=form, visit=visit, later=later)
    if form.cleaned_data["shown"] != shown:  # a page from before it was moved or booked anew
        messages.error(request, str(reservations.ChangedMeanwhile.words))
        return redirect("booking:mine")
    if form.decided == Later.MOVE:  # nothing is cancelled before the new time is chosen
        errand.note("cancel_reason", form.cleaned_data["reason"])
        address = DoseOf(later[0].dose_number, getattr(dose_number, "programme_id", None))
        return redirect("booking:move_instead", address, int(dose_number))
    return _cancel(request, visit.reservation, form, at=at)


def _cancel(
    request: HttpRequest, reservation: Reservation, form: forms.Cancellation, *, at: datetime
) -> HttpResponse:
    try:
        done = reservations.cancel_with_later(
            reservation=reservation, later=form.decided, channel=Channel.WEB,
            reason=form.cleaned_data["reason"], by=None, at=at,
        )  # fmt: skip
    except reservations.Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        words = _("予約を取り消しました。") if len(done) == 1 else _("予約をすべて取り消しました。")
        messages.success(request, words)
    return redirect("booking:mine")
