"""Doors: close a day, see whom that touches and how they are told, reopen it."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking import closures
from booking.rule_forms import Reason
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from venues import days
from venues.forms import refuse
from venues.models import Opening
from venues.presenters import DayRow
from venues.refusals import Refused

CLOSERS = staff_may(Permission.EDIT_VENUES)
OPENERS = staff_may(Permission.EDIT_VENUES, fresh=Fresh.TO_CHANGE)


@policy(CLOSERS)
@require_http_methods(["GET", "POST"])
def close_day(request: HttpRequest, pk: int) -> HttpResponse:
    """How many people it touches, then the reason; afterwards the list of them."""
    one = _found(pk)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = closures.close_day(
                opening=one, reason=form.cleaned_data["reason"], by=_me(request), at=timezone.now()
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            words = ngettext(
                "休止しました。%(count)d件の予約に連絡します。",
                "休止しました。%(count)d件の予約に連絡します。",
                count,
            )
            messages.success(request, words % {"count": count})
            return redirect("booking:close_day", one.pk)
    return _page(request, one, form)


@policy(OPENERS)
@require_POST
def reopen_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Take bookings for the day again."""
    one = _found(pk)
    form = Reason(request.POST)
    if not form.is_valid():
        return _page(request, one, form)
    try:
        told = closures.reopen_day(
            opening=one, reason=form.cleaned_data["reason"], by=_me(request), at=timezone.now()
        )
    except Refused as refusal:
        refuse(form, refusal)
        return _page(request, one, form)
    messages.success(request, _("受付を再開しました。"))
    if told:
        words = _(
            "休止の連絡がすでに届いた方が%(count)d件あります。再開したことを連絡してください。"
        )
        messages.warning(request, words % {"count": told})
    return redirect("venues:opening", one.pk)


def _page(request: HttpRequest, one: Opening, form: Reason) -> HttpResponse:
    found = closures.affected(one)
    facts = {
        "form": form,
        "row": DayRow(days.line_of(one), timezone.now()),
        "affected": found,
        "ways": closures.by_way(found),
    }
    template = "close_day.html" if one.is_open else "closed_day.html"
    status = 422 if form.is_bound else 200
    return render(request, f"booking/closures/{template}", facts, status=status)


def _found(pk: int) -> Opening:
    one = days.find(pk)
    if one is None:
        raise Http404
    return one


def _me(request: HttpRequest) -> Staff:
    return cast("Staff", request.user)
