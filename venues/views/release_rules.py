"""Doors: the rules by which free places go to another channel by themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from venues import days, release_rules
from venues.forms import Reason, refuse
from venues.models import Opening
from venues.place_forms import ReleaseForm
from venues.presenters import DayRow, in_language
from venues.refusals import Refused
from venues.views._doors import found, page, staff_of

EDITORS = staff_may(Permission.EDIT_VENUES, fresh=Fresh.TO_CHANGE)
STOPPERS = staff_may(Permission.EDIT_VENUES)  # stopping waits for nothing


@policy(EDITORS)
@require_http_methods(["GET", "POST"])
def for_all(request: HttpRequest) -> HttpResponse:
    """The rules of every day, and a form for a new one."""
    return _rules(request, None)


@policy(EDITORS)
@require_http_methods(["GET", "POST"])
def for_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """What concerns one day, what comes next there, and a form for a rule of its own."""
    return _rules(request, found(days.find(pk)))


@policy(STOPPERS)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a rule no longer."""
    rule = found(release_rules.find(pk))
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            release_rules.stop(
                rule=rule, reason=form.cleaned_data["reason"], by=staff_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("規則を止めました。移した枠はそのままです。"))
            return _back(rule.opening)
    status = 422 if form.is_bound else 200
    return page(request, "stop_release_rule.html", {"form": form, "rule": rule}, status=status)


def _rules(request: HttpRequest, opening: Opening | None) -> HttpResponse:
    at = timezone.now()
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            release_rules.make(
                rule=form.rule(opening), reason=form.cleaned_data["reason"],
                by=staff_of(request), at=at,
            )  # fmt: skip
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("規則を追加しました。"))
            return _back(opening)
    facts = {
        "form": form,
        "opening": opening,
        "row": DayRow(days.line_of(opening), at) if opening else None,
        "venue_name": in_language(opening.venue.name, opening.venue.name_en) if opening else "",
        "rules": release_rules.in_force(opening),
        "coming": release_rules.next_of(opening, at=at) if opening else [],
    }
    status = 422 if form.is_bound else 200
    return page(request, "release_rules.html", facts, status=status)


def _back(opening: Opening | None) -> HttpResponse:
    if opening is None:
        return redirect("venues:release_rules")
    return redirect("venues:opening_release_rules", opening.pk)
