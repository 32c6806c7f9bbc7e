"""Doors: the list of venues, one venue, and its form."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenancy import history
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from venues import days, directory
from venues.forms import VenueForm, refuse
from venues.models import Venue
from venues.presenters import DayRow, VenueRow
from venues.refusals import Refused
from venues.views._doors import found, page, staff_of

AHEAD = 14  # days


@policy(staff_may(Permission.SEE_VENUES))
@require_safe
def venues(request: HttpRequest) -> HttpResponse:
    """Every venue and what is left there in the next two weeks."""
    today = timezone.localdate()
    ahead: dict[int, days.Count] = {}
    for line in days.between(today, today + timedelta(AHEAD - 1)):
        venue_id = line.opening.venue_id
        ahead[venue_id] = ahead.get(venue_id, days.NOTHING) + line.all
    rows = [VenueRow(one, ahead.get(one.pk, days.NOTHING)) for one in directory.venues()]
    return page(request, "venues.html", {"rows": rows, "ahead": AHEAD})


@policy(staff_may(Permission.SEE_VENUES))
@require_safe
def venue(request: HttpRequest, pk: int) -> HttpResponse:
    """One venue: what residents are told, its next days, and who changed it."""
    one, at = found(directory.find_venue(pk)), timezone.now()
    today = timezone.localdate(at)
    coming = days.between(today, today + timedelta(AHEAD - 1), venue_id=one.pk)
    facts = {
        "venue": one,
        "row": VenueRow(one, sum((line.all for line in coming), days.NOTHING)),
        "coming": [DayRow(line, at) for line in coming],
        "changes": history.changes_of(one),
    }
    return page(request, "venue.html", facts)


@policy(staff_may(Permission.EDIT_VENUES, fresh=Fresh.TO_CHANGE))
@require_http_methods(["GET", "POST"])
def enter_venue(request: HttpRequest) -> HttpResponse:
    """A new venue."""
    return _form(request, Venue())


@policy(staff_may(Permission.EDIT_VENUES, fresh=Fresh.TO_CHANGE))
@require_http_methods(["GET", "POST"])
def edit_venue(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what residents are told, or whether the venue takes bookings."""
    return _form(request, found(directory.find_venue(pk)))


def _form(request: HttpRequest, one: Venue) -> HttpResponse:
    form = VenueForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        try:
            directory.keep_venue(
                venue=form.save(commit=False),
                reason=form.cleaned_data["reason"],
                by=staff_of(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("会場の情報を保存しました。"))
            return redirect("venues:venue", one.pk)
    status = 422 if form.is_bound else 200
    return page(request, "venue_form.html", {"form": form, "venue": one}, status=status)
