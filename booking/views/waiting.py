"""The waiting list for residents: join, see, leave (キャンセル待ち)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import errand as errands
from booking import programme_choice, reservations, waiting_list
from booking.dose_addresses import of_programme
from booking.errand import Errand, Level
from booking.models import WaitingListEntry
from booking.presenters import waiting
from booking.presenters.mine import MOST_DOSES
from booking.presenters.visits import initial_contact
from booking.rulebook import rulebook
from booking.sign_in import NotConfirmed
from booking.views._doors import Door, page, with_errand
from booking.waiting_forms import WaitingForm
from tenancy.policies import PUBLIC, policy

AHEAD = timedelta(days=60)
AFTERWARDS = {Level.A: "booking:choose", Level.B: "booking:mine", Level.W: "booking:start"}


def with_any_errand[**P](view: Door[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Who wants to book, who looks after a booking, and who has come for the list alone."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return with_errand(Level.W, Level.A, Level.B)(view)(request, *args, **kwargs)

    return opened


@policy(PUBLIC)
@require_safe
@with_any_errand
def show(request: HttpRequest, errand: Errand) -> HttpResponse:
    """What one waits for, and what is being offered; the way out."""
    found = waiting_list.standing(resident_id=errand.resident_id)
    if errand.level != Level.B and not any(_is_here(errand, one) for one in found):
        return redirect("booking:join_waiting", 1)
    return page(
        request, "waiting", lines=waiting.lines(found, at=timezone.now()), level=errand.level
    )


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_any_errand
def join(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """The wish; who waits for the dose already is shown the entry."""
    if not 1 <= dose_number <= MOST_DOSES or (errand.level != Level.B and dose_number != 1):
        raise Http404
    programme_id = _programme(errand, dose_number)
    if programme_id is None:
        return redirect("booking:programme")
    standing = waiting_list.standing(resident_id=errand.resident_id)
    if any(
        one.dose_number == dose_number and programme_id in {0, one.programme_id} for one in standing
    ):
        return redirect("booking:waiting")
    form = _form(request, errand)
    if request.method == "POST" and form.is_valid():
        return _join(request, errand, form, dose_number, at=timezone.now())
    status = 422 if request.method == "POST" else 200
    return page(request, "join_waiting", status=status, form=form, dose_number=int(dose_number))


def _join(
    request: HttpRequest, errand: Errand, form: WaitingForm, dose_number: int, *, at: datetime
) -> HttpResponse:
    contact = form.contact(get_language() or "ja")
    try:
        waiting_list.join(
            resident_id=errand.resident_id,
            wish=replace(
                form.wish(int(dose_number)), programme_id=_programme(errand, dose_number) or None
            ),
            contact=contact, notice_version=form.cleaned_data["notice"], by=None, at=at,
        )  # fmt: skip
    except reservations.AlreadyReserved:
        if errand.level == Level.B:
            return redirect("booking:mine")
        errands.end(request.session)
        return page(request, "not_confirmed", status=409, words=NotConfirmed.words)
    except waiting_list.WishUnclear as refusal:
        form.add_error(None, str(refusal.words))
        return page(request, "join_waiting", status=422, form=form, dose_number=dose_number)
    messages.success(request, _("キャンセル待ちに登録しました。空きが出たらお知らせします。"))
    return redirect("booking:waiting")


def _form(request: HttpRequest, errand: Errand) -> WaitingForm:
    today = localdate()
    return WaitingForm(
        request.POST if request.method == "POST" else None,
        initial=initial_contact(errand.contact) | {"first_day": today, "last_day": today + AHEAD},
        needed=rulebook().rules.contact_needed,
        venues=waiting.venue_choices(),
        today=today,
        notice_version=rulebook().standing.purpose_notice_version,
    )


@policy(PUBLIC)
@require_POST
@with_any_errand
def leave(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """Off the list; a place that was being offered goes to the next one."""
    try:
        waiting_list.leave(
            resident_id=errand.resident_id, dose_number=int(dose_number),
            programme_id=_programme(errand, dose_number), by=None, at=timezone.now(),
        )  # fmt: skip
    except waiting_list.NotOnTheList as refusal:
        messages.info(request, str(refusal.words))
    else:
        messages.success(request, _("キャンセル待ちをやめました。"))
    return redirect(AFTERWARDS[errand.level], *_first(errand))


@policy(PUBLIC)
@require_POST
@with_any_errand
def resume(request: HttpRequest, errand: Errand, dose_number: int) -> HttpResponse:
    """Be told again."""
    try:
        waiting_list.resume(
            resident_id=errand.resident_id, dose_number=int(dose_number),
            programme_id=_programme(errand, dose_number), by=None, at=timezone.now(),
        )  # fmt: skip
    except waiting_list.NotOnTheList as refusal:
        messages.info(request, str(refusal.words))
    else:
        messages.success(request, _("お知らせを再開しました。"))
    return redirect("booking:waiting")


def _is_here(errand: Errand, entry: WaitingListEntry) -> bool:
    return programme_choice.chosen(errand, at=timezone.now()) in {0, entry.programme_id}


def _programme(errand: Errand, dose_number: int) -> int | None:
    """As the address says; at level B that of what is booked, else that of the errand."""
    named: int | None = getattr(dose_number, "programme_id", None)
    if named is not None or errand.level != Level.B:
        return named or programme_choice.chosen(errand, at=timezone.now())
    held = of_programme(reservations.live_of(errand.resident_id), dose_number)
    return next((one.programme_id for one in held), 0)


def _first(errand: Errand) -> list[int]:
    return [1] if errand.level == Level.A else []
