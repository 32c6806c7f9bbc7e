"""Doors: open one or several days; what they add up to is shown before anything is saved."""

from datetime import date
from typing import Any

import jpholiday
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may
from venues import openings
from venues.forms import OpeningForm, refuse
from venues.openings import Plan
from venues.presenters import DayLine
from venues.refusals import Refused
from venues.timetable import lines, totals
from venues.views._doors import page, staff_of


@policy(staff_may(Permission.EDIT_VENUES))
@require_http_methods(["GET", "POST"])
def new_opening(request: HttpRequest) -> HttpResponse:
    """The form; `step` says what its button means: look first, go back, or save."""
    if request.method != "POST":
        return _form(request, OpeningForm(initial=_initial(request)))
    form, step = OpeningForm(request.POST), request.POST.get("step", "look")
    if step == "back":
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        if step == "save":
            return _save(request, form)
        return _look(request, form)
    except Refused as refusal:
        refuse(form, refusal)
        return _form(request, form, status=422)


@policy(staff_may(Permission.EDIT_VENUES))
@require_POST
def totals_so_far(request: HttpRequest) -> HttpResponse:
    """While the form is filled in: what it adds up to, or what is still missing."""
    form = OpeningForm(request.POST)
    form.fields["reason"].required = False
    facts: dict[str, Any] = {}
    if form.is_valid():
        try:
            openings.check(plan=form.plan(), days=form.days(), at=timezone.now())
            facts = _sums(form.plan(), form.days())
        except Refused as refusal:
            facts = {"refusal": refusal.words}
    return page(request, "parts/totals.html", facts)


def _form(request: HttpRequest, form: OpeningForm, *, status: int = 200) -> HttpResponse:
    return page(request, "new_opening.html", {"form": form}, status=status)


def _look(request: HttpRequest, form: OpeningForm) -> HttpResponse:
    plan, days = form.plan(), form.days()
    openings.check(plan=plan, days=days, at=timezone.now())
    crowded = set(openings.overlapping(plan=plan, days=days).values_list("day", flat=True))
    facts = {
        "form": form,
        "plan": plan,
        "days": [_day_line(plan, day, crowded) for day in days],
        "lines": lines(plan.hours),
        **_sums(plan, days),
    }
    return page(request, "new_opening_preview.html", facts)


def _save(request: HttpRequest, form: OpeningForm) -> HttpResponse:
    made = openings.open_days(
        plan=form.plan(),
        days=form.days(),
        reason=form.cleaned_data["reason"],
        by=staff_of(request),
        at=timezone.now(),
    )
    words = ngettext("%(count)d日を開設しました。", "%(count)d日を開設しました。", len(made))
    messages.success(request, words % {"count": len(made)})
    first = made[0]
    if len(made) == 1:
        return redirect("venues:opening", first.pk)
    return redirect(f"{reverse('venues:days')}?month={first.day:%Y-%m}&venue={first.venue_id}")


def _sums(plan: Plan, days: list[date]) -> dict[str, Any]:
    one_day = totals(lines(plan.hours))
    return {"count": len(days), "one_day": one_day, "all_days": one_day.times(len(days))}


def _day_line(plan: Plan, day: date, crowded: set[date]) -> DayLine:
    warnings = []
    if jpholiday.is_holiday(day):
        warnings.append(_("祝日です"))
    if day in crowded:
        warnings.append(_("同じ時間に別のワクチンの開設があります"))
    return DayLine(day, plan.bookable_until(day), tuple(warnings))


def _initial(request: HttpRequest) -> dict[str, Any]:
    known = {name: request.GET[name] for name in ("venue", "first_day") if name in request.GET}
    return {"bookable_from_day": timezone.localdate(), **known}
