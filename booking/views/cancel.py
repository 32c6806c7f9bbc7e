"""Level B: cancel one reservation, after a page that asks once more (予約の取消)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import forms, reservations
from booking.errand import Errand, Level
from booking.presenters.mine import my_visits
from booking.views._doors import page, with_errand
from tenancy.policies import PUBLIC, policy
from venues.models import Channel


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.B)
def cancel(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """The reason is asked for but may be left out."""
    at = timezone.now()
    held = my_visits(reservations.live_of(errand.resident_id), at=at)
    visit = next((one for one in held if one.dose_number == dose_number), None)
    if visit is None and request.method == "POST" and dose_number in {1, 2}:
        messages.info(request, _("この予約はすでに取り消されています。"))
        return redirect("booking:mine")
    if visit is None:
        raise Http404
    shown = f"{visit.reservation.pk}.{visit.reservation.version}"
    form = forms.Cancellation(
        request.POST if request.method == "POST" else None, initial={"shown": shown}
    )
    if request.method != "POST" or not form.is_valid():
        return page(request, "cancel", form=form, visit=visit, others=len(held) > 1)
    if form.cleaned_data["shown"] != shown:  # a page from before it was moved or booked anew
        messages.error(request, str(reservations.ChangedMeanwhile.words))
        return redirect("booking:mine")
    try:
        reservations.cancel(
            reservation=visit.reservation, channel=Channel.WEB,
            reason=form.cleaned_data["reason"], by=None, at=at,
        )  # fmt: skip
    except reservations.Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, _("予約を取り消しました。"))
    return redirect("booking:mine")
