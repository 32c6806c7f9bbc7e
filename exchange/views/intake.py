"""Doors: hand a list in, type its password, let it in, give it back (取込)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from exchange import forms, intake, sealing, stations, tasks
from exchange.layouts import PRINTED
from exchange.prints import results
from exchange.uploads import SpoolHandler, into_the_spool
from exchange.views._doors import elsewhere, me, received, station_name
from exchange.views.parcels import OFFICERS, page_of
from tenancy.current import municipality_atomic
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from tenancy.standings import standing

SECOND = staff_may(Permission.COMMIT_FILE)
SECOND_FRESH = staff_may(Permission.COMMIT_FILE, fresh=Fresh.TO_CHANGE)


# The upload must find its way to the spool before anything reads the request, so the check of the
# token comes inside.
@policy(OFFICERS)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest) -> HttpResponse:
    """Hand in a sealed list and say what it is."""
    try:
        station = station_name(request)
    except stations.NotAStation:
        return elsewhere(request)
    return _hand_in(request, into_the_spool(request), station)


@csrf_protect
def _hand_in(request: HttpRequest, handler: SpoolHandler, station: str) -> HttpResponse:
    if request.method != "POST":
        form = forms.HandIn(initial={"is_dummy": standing().takes_dummy_only})
        return render(request, "exchange/hand_in.html", {"form": form})
    form = forms.HandIn(request.POST, request.FILES, handler=handler)
    if not form.is_valid():
        forms.abandon(form)
        return render(request, "exchange/hand_in.html", {"form": form}, status=422)
    try:
        parcel = intake.receive(
            spooled=forms.spooled_of(form),
            declared=form.declared(),
            station=station,
            by=me(request),
            at=timezone.now(),
        )
    except (intake.Refused, sealing.Refused) as refusal:
        form.add_error(None, str(refusal.words))
        return render(request, "exchange/hand_in.html", {"form": form}, status=409)
    messages.success(
        request, _("受け取りました。別の職員がパスワードを入力すると中身を確認します。")
    )
    return redirect("exchange:parcel", pk=parcel.pk)


@policy(SECOND)
@require_POST
def unlock(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Type the password; the dry run begins."""
    parcel, form = received(pk), forms.Unlock(request.POST, prefix="unlock")
    if not form.is_valid():
        return page_of(request, parcel, unlock=form, refused=True)
    try:
        with municipality_atomic():
            held = intake.unlock(
                parcel=parcel, by=me(request), at=timezone.now(), **form.cleaned_data
            )
            tasks.hand_on(held.state, held.pk)
    except intake.Refused as refusal:
        form.add_error(None, str(refusal.words))
        return page_of(request, received(pk), unlock=form, refused=True)
    return redirect("exchange:parcel", pk=pk)


@policy(SECOND_FRESH)
@require_POST
def commit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the list in; the work begins."""
    parcel = received(pk)
    form = forms.Commit(request.POST, prefix="commit", errors_left=parcel.errors)
    if not form.is_valid():
        return page_of(request, parcel, commit=form, refused=True)
    reason = form.cleaned_data.get("partial_reason", "")
    try:
        with municipality_atomic():
            verb = results.commit if parcel.layout == PRINTED.id else intake.commit
            held = verb(parcel=parcel, partial_reason=reason, by=me(request), at=timezone.now())
            tasks.hand_on(held.state, held.pk)
    except intake.Refused as refusal:
        form.add_error(None, str(refusal.words))
        return page_of(request, received(pk), commit=form, refused=True)
    return redirect("exchange:parcel", pk=pk)


@policy(SECOND)
@require_POST
def give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a list back with a reason."""
    parcel, form = received(pk), forms.GiveBack(request.POST, prefix="return")
    if not form.is_valid():
        return page_of(request, parcel, give_back=form, refused=True)
    try:
        intake.give_back(parcel=parcel, by=me(request), at=timezone.now(), **form.cleaned_data)
    except intake.Refused as refusal:
        form.add_error(None, str(refusal.words))
        return page_of(request, received(pk), give_back=form, refused=True)
    messages.success(request, _("差し戻しました。ファイルは消しました。"))
    return redirect("exchange:parcel", pk=pk)
