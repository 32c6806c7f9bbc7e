"""Door: the printer's result file is handed in; the rest is as with every file (印刷結果の受領)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from booking import mailings
from booking.models import Mailing
from exchange import forms, intake, roster_refusals, sealing, stations
from exchange.print_forms import HandInResults
from exchange.prints import results
from exchange.uploads import SpoolHandler, into_the_spool
from exchange.views._doors import elsewhere, me, station_name
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may


@policy(staff_may(Permission.SEND_FILE))
@csrf_exempt  # checked below: the upload handler must be set before anything reads the request
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand in a sealed result file of one mailing."""
    try:
        station = station_name(request)
    except stations.NotAStation:
        return elsewhere(request)
    return _hand_in(request, pk, into_the_spool(request), station)


@csrf_protect
def _hand_in(request: HttpRequest, pk: UUID, handler: SpoolHandler, station: str) -> HttpResponse:
    mailing = _mailing(pk)
    is_sent = request.method == "POST"
    form = (
        HandInResults(request.POST, request.FILES, handler=handler) if is_sent else HandInResults()
    )
    status = 422 if is_sent else 200
    if is_sent and form.is_valid():
        try:
            parcel = results.receive(
                mailing=mailing,
                spooled=forms.spooled_of(form),
                told=form.told(),
                station=station,
                by=me(request),
                at=timezone.now(),
            )
        except (intake.Refused, sealing.Refused, roster_refusals.Refused) as refusal:
            form.add_error(None, str(refusal.words))
            status = 409
        else:
            words = _("受け取りました。別の職員がパスワードを入力すると中身を確認します。")
            messages.success(request, words)
            return redirect("exchange:parcel", pk=parcel.pk)
    elif is_sent:
        forms.abandon(form)
    facts = {"mailing": mailing, "form": form}
    return render(request, "exchange/print_results_hand_in.html", facts, status=status)


def _mailing(pk: UUID) -> Mailing:
    try:
        return mailings.find(mailing_id=pk)
    except mailings.NoSuchMailing as unknown:
        raise Http404 from unknown
