"""Level B: another time for one dose, or a time for a missing one (日時の変更)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import dose_places, forms, free_places, holds, reservations
from booking.change_limits import Later
from booking.dose_addresses import of_programme
from booking.errand import Errand, Level
from booking.free_places import Wanted
from booking.models import Reservation
from booking.presenters.chooser import Chooser
from booking.presenters.mine import missing
from booking.presenters.programmes import said
from booking.presenters.visits import Visit
from booking.reservations import (
    Asking,
    LaterUndecided,
    SamePlace,
    SlotFull,
    TooLate,
    TooManyMoves,
    Wish,
)
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
def choose(
    request: HttpRequest, errand: Errand, dose_number: int, cancelled: int = 0
) -> HttpResponse:
    """Free places that keep the interval to the other dose."""
    at = timezone.now()
    held = _held(errand, dose_number, cancelled)
    let_go(errand)
    looking = forms.Looking(request.GET).found()
    offer = free_places.offer(at=at)
    wanted = _fitting(errand, held, dose_number, cancelled, at=at)
    chooser = Chooser(offer, wanted, looking, _url("move", dose_number, cancelled), at)
    return page(
        request,
        "move",
        chooser=chooser,
        dose_number=int(dose_number),
        programme=said(getattr(dose_number, "programme_id", None)),
        before=_of(held, dose_number),
        cancelled=_of(held, cancelled),
        take_url=_url("move_take", dose_number, cancelled),
    )


@policy(PUBLIC)
@require_POST
@with_errand(Level.B)
def take(
    request: HttpRequest, errand: Errand, dose_number: int, cancelled: int = 0
) -> HttpResponse:
    """Keep the choice for the confirm page."""
    held = _held(errand, dose_number, cancelled)
    at = timezone.now()
    wanted = _fitting(errand, held, dose_number, cancelled, at=at)
    form = forms.ChosenPlace(request.POST)
    offer = free_places.offer(at=at)
    found = offer.choosable(form.cleaned_data["place"], wanted) if form.is_valid() else None
    if found is None:
        messages.error(request, str(SlotFull.words))
        return redirect(_url("move", dose_number, cancelled))
    errand.note(f"move{dose_number}", found.bucket_id)
    errand.renew_key()
    return _hold(request, errand, dose_number, cancelled)


@policy(PUBLIC)
@require_POST
@with_errand(Level.B)
def keep(
    request: HttpRequest, errand: Errand, dose_number: int, cancelled: int = 0
) -> HttpResponse:
    """Hold the new place a little longer, once; or hold anew what ran out."""
    bucket_id = errand.noted(f"move{dose_number}")
    if not bucket_id:
        return redirect("booking:mine")
    at = timezone.now()
    if kept_of(errand, {int(dose_number): int(bucket_id)}, at=at) is None:
        return _hold(request, errand, dose_number, cancelled)
    holds.extend(resident_id=errand.resident_id, at=at)
    return redirect(_url("move_confirm", dose_number, cancelled))


def _hold(request: HttpRequest, errand: Errand, dose_number: int, cancelled: int) -> HttpResponse:
    """To the confirm page, with the new place held beside the present one; or back to choosing."""
    try:
        hold_move(errand, int(dose_number), int(errand.noted(f"move{dose_number}")))
    except SlotFull as refusal:
        messages.error(request, str(refusal.words))
        errand.note(f"move{dose_number}", None)
        return redirect(_url("move", dose_number, cancelled))
    return redirect(_url("move_confirm", dose_number, cancelled))


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.B)
def confirm(
    request: HttpRequest, errand: Errand, dose_number: int, cancelled: int = 0
) -> HttpResponse:
    """Show before and after; a press takes the new place and gives the old one back."""
    at = timezone.now()
    if request.method == "POST" and not reservations.live_of(errand.resident_id):
        messages.error(request, str(reservations.ChangedMeanwhile.words))
        return redirect("booking:mine")
    held = _held(errand, dose_number, cancelled)
    bucket_id = errand.noted(f"move{dose_number}")
    place = free_places.offer(at=at).find(bucket_id) if bucket_id else None
    if place is None:
        done_already = request.method == "POST" and not bucket_id
        here = _url("move", dose_number, cancelled)
        return redirect("booking:mine" if done_already else here)
    if request.method == "POST":
        form = forms.Confirmed(request.POST)
        if form.is_valid() and form.cleaned_data["request_key"] == errand.request_key:
            return _change(request, errand, held, dose_number, cancelled, at=at)
        words = _("ほかの画面で選び直されています。この内容でよいかご確認ください。")
        messages.info(request, words)
        return redirect(_url("move_confirm", dose_number, cancelled))
    return page(
        request,
        "move_confirm",
        dose_number=int(dose_number),
        programme=said(getattr(dose_number, "programme_id", None)),
        before=_of(held, dose_number),
        cancelled=_of(held, cancelled),
        back_url=_url("move", dose_number, cancelled),
        after=Chooser(free_places.offer(at=at), Wanted(), {}, "", at).line(place),
        request_key=errand.request_key,
        keep_url=_url("move_keep", dose_number, cancelled),
        **kept_facts(errand, kept_of(errand, {int(dose_number): int(bucket_id)}, at=at), at=at),
    )


def _change(
    request: HttpRequest,
    errand: Errand,
    held: list[Reservation],
    dose_number: int,
    cancelled: int,
    *,
    at: datetime,
) -> HttpResponse:
    before = _of(held, dose_number)
    if not _within_budget(errand, at=at):
        messages.error(
            request, _("1日に変更できる回数を超えました。コールセンターにお電話ください。")
        )
        return redirect("booking:mine")
    try:
        _take_it(errand, before, _of(held, cancelled), dose_number, at=at)
    except reservations.Stopped as refusal:
        here = _url("move_confirm", dose_number, cancelled)
        return stopped(request, refusal, back=here, is_booked=True)
    except reservations.Refused as refusal:
        let_go(errand)
        return _refused(request, refusal, _url("move", dose_number, cancelled))
    let_go(errand)
    errand.note(f"move{dose_number}", None)
    messages.success(request, _("予約を変更しました。") if before else _("予約しました。"))
    return redirect("booking:mine")


def _take_it(
    errand: Errand, before: Visit | None, first: Visit | None, dose_number: int, *, at: datetime
) -> None:
    bucket_id = int(errand.noted(f"move{dose_number}"))
    told: dict[str, Any] = {"channel": Channel.WEB, "by": None, "at": at}
    if before is None:
        _claim(errand, dose_number, bucket_id, at=at)
    elif first is None:
        reservations.move(reservation=before.reservation, bucket_id=bucket_id, **told)
    else:  # the earlier dose is given up in the same commit
        reservations.cancel_with_later(
            reservation=first.reservation, later=Later.MOVE, move_to=bucket_id,
            reason=str(errand.noted("cancel_reason") or ""), **told,
        )  # fmt: skip


def _refused(request: HttpRequest, refusal: reservations.Refused, again: str) -> HttpResponse:
    # Who has proved level B may hear about reservations, not about flags or vouchers.
    silent = isinstance(refusal, reservations.NotPermitted)
    messages.error(request, str(NotConfirmed.words if silent else refusal.words))
    if silent or isinstance(refusal, TooLate | TooManyMoves | LaterUndecided | SamePlace):
        return redirect("booking:mine")
    return redirect(again)


def _url(name: str, dose_number: int, cancelled: int) -> str:
    """The door of a plain move, or of one that gives an earlier dose up."""
    if not cancelled:
        return reverse(f"booking:{name}", args=[dose_number])
    return reverse(f"booking:{name}_instead", args=[dose_number, cancelled])


def _claim(errand: Errand, dose_number: int, bucket_id: int, *, at: datetime) -> None:
    asking = Asking(
        channel=Channel.WEB,
        request_key=errand.request_key,
        notice_version=rulebook().standing.purpose_notice_version,
        language=get_language() or "ja",
    )
    reservations.claim(
        resident=errand.resident, wishes=[Wish(int(dose_number), bucket_id)], asking=asking, by=None,
        at=at,
    )  # fmt: skip


def _within_budget(errand: Errand, *, at: datetime) -> bool:
    key = str(errand.resident_id)
    return budgets.spend(kind="moves", key=key, limit=MOST_MOVES, window=WINDOW, at=at)


def _of(held: list[Reservation], dose_number: int) -> Visit | None:
    found = (Visit(one) for one in held if one.dose_number == dose_number)
    return next(found, None)


def _held(errand: Errand, dose_number: int, cancelled: int) -> list[Reservation]:
    # A dose can be looked for only beside a reservation, and only a dose of its course; an earlier
    # one is given up only together with the moving of this one.
    found = reservations.live_of(errand.resident_id)
    held = of_programme(found, dose_number)
    if _of(held, dose_number) is None and not _is_missing(found, held, dose_number):
        raise Http404
    if cancelled and (
        cancelled >= dose_number or not all(_of(held, n) for n in (cancelled, dose_number))
    ):
        raise Http404
    return held


def _is_missing(found: list[Reservation], held: list[Reservation], dose_number: int) -> bool:
    wanted = _programme(held, dose_number), int(dose_number)
    known = missing(found, at=timezone.now())
    return wanted in {(one.programme_id, one.dose_number) for one in known}


def _programme(held: list[Reservation], dose_number: int) -> int | None:
    named: int | None = getattr(dose_number, "programme_id", None)
    return named or next((one.programme_id for one in held), None)


def _fitting(
    errand: Errand, held: list[Reservation], dose_number: int, cancelled: int, *, at: datetime
) -> Wanted:
    leaving = {dose_number, cancelled}
    others = {one.dose_number: one.slot.opening for one in held if one.dose_number not in leaving}
    wanted = dose_places.beside(
        others.get(dose_number - 1),
        others.get(dose_number + 1),
        born_on=errand.resident.born_on,
        programme_id=_programme(held, dose_number),
        dose_number=int(dose_number),
        at=at,
    )
    if first := _of(held, cancelled):
        since = reservations.later_choices_of(first.reservation, held, at=at).not_before
        return replace(
            wanted, since=since or wanted.since,
            vaccine_ids=frozenset({first.reservation.slot.opening.vaccine_id}),
        )  # fmt: skip
    return wanted
