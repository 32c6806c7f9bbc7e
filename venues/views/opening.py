"""Doors: one opening day: its slots as a table, its lanes, its places between channels."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may
from venues import days, doorways, openings, programmes, release_rules, slots
from venues.forms import ChangeForm, refuse
from venues.models import Bucket, Channel, Opening
from venues.place_forms import CapacityForm, ShiftForm
from venues.presenters import DayRow, SlotRow, headings_of, slot_rows
from venues.refusals import NotEnoughFree, Refused
from venues.views._doors import found, page, staff_of


@policy(staff_may(Permission.SEE_VENUES))
@require_http_methods(["GET"])
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    """A day with all its slots, and who changed what."""
    return _day(request, found(days.find(pk)), None)


@policy(staff_may(Permission.EDIT_VENUES))
@require_http_methods(["POST"])
def resize(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the day's slots the capacities that were typed, all or none."""
    one = found(days.find(pk))
    form = _capacities(one, request)
    if not form.is_valid():
        return _day(request, one, form)
    wanted, shown = form.changes()
    try:
        count = slots.resize(
            wanted=wanted, shown=shown, reason=form.cleaned_data["reason"], by=staff_of(request),
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        refuse(form, refusal)
        return _day(request, one, form)
    words = ngettext(
        "%(count)dか所の定員を変えました。", "%(count)dか所の定員を変えました。", count
    )
    messages.success(request, words % {"count": count})
    return redirect("venues:opening", one.pk)


@policy(staff_may(Permission.EDIT_VENUES))
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Lanes, places per lane, the telephone's share and the booking window."""
    one = found(days.find(pk))
    form = ChangeForm(request.POST or None, initial=ChangeForm.initial_of(one))
    if request.method == "POST" and form.is_valid():
        try:
            above = _change(request, one, form)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("変更しました。"))
            if above:
                words = _("予約があるため、%(count)dか所は新しい定員より多いままです。")
                messages.warning(request, words % {"count": len(above)})
            return redirect("venues:opening", one.pk)
    status = 422 if form.is_bound else 200
    row = DayRow(days.line_of(one), timezone.now())
    return page(request, "change_opening.html", {"form": form, "row": row}, status=status)


@policy(staff_may(Permission.EDIT_VENUES))
@require_http_methods(["GET", "POST"])
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Move free places between telephone and web, of one slot or of the whole day."""
    one, at = found(days.find(pk)), timezone.now()
    lines = days.slot_lines(one)
    choices = [(str(line.slot.pk), SlotRow(line, True).time) for line in lines]
    form = ShiftForm(request.POST or None, slots=choices)
    if request.method == "POST" and form.is_valid():
        try:
            count = _shift(request, one, form)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            words = ngettext("%(count)d人分を移しました。", "%(count)d人分を移しました。", count)
            messages.success(request, words % {"count": count})
            return redirect("venues:opening", one.pk)
    status = 422 if form.is_bound else 200
    row = DayRow(days.line_of(one), at)
    return page(request, "shift.html", {"form": form, "row": row}, status=status)


def _day(request: HttpRequest, one: Opening, form: CapacityForm | None) -> HttpResponse:
    line = days.line_of(one)
    shown = form or CapacityForm(buckets=_buckets(one))
    lines = days.slot_lines(one)
    may_edit = staff_of(request).may(Permission.EDIT_VENUES)
    facts = {
        "row": DayRow(line, timezone.now()),
        "several": len(programmes.everything()) > 1,
        "rows": slot_rows(lines, day_is_open=line.is_open, form=shown),
        "headings": headings_of(lines, editing=may_edit),
        "form": shown,
        "changes": days.changes_of(one),
        "may_sign": staff_of(request).may(Permission.SIGN_PLACES),
        "coming": release_rules.next_of(one, at=timezone.now()),
        "doorways": doorways.links(one, staff=staff_of(request)),
    }
    return page(request, "opening.html", facts, status=422 if form else 200)


def _capacities(one: Opening, request: HttpRequest) -> CapacityForm:
    return CapacityForm(request.POST, buckets=_buckets(one))


def _buckets(one: Opening) -> list[Bucket]:
    return [bucket for line in days.slot_lines(one) for bucket in line.buckets]


def _change(request: HttpRequest, one: Opening, form: ChangeForm) -> list[Bucket]:
    typed = form.cleaned_data
    return openings.change(
        opening=one,
        lanes=typed["lanes"],
        places_per_lane=typed["places_per_lane"],
        phone_share=typed["phone_share"],
        walk_in_share=typed["walk_in_share"],
        reserve_share=typed["reserve_share"],
        bookable_from=form.window("bookable_from_day", "bookable_from_time"),
        bookable_until=form.window("bookable_until_day", "bookable_until_time"),
        reason=typed["reason"],
        by=staff_of(request),
        at=timezone.now(),
    )


def _shift(request: HttpRequest, one: Opening, form: ShiftForm) -> int:
    typed, at = form.cleaned_data, timezone.now()
    source, target = Channel(typed["source"]), Channel(typed["target"])
    signed = {"reason": typed["reason"], "by": staff_of(request), "at": at}
    if typed["slot"] == "all":
        return slots.shift_free(opening=one, source=source, target=target, **signed)
    line = next(line for line in days.slot_lines(one) if str(line.slot.pk) == typed["slot"])
    giving = line.of(source)
    places = typed["places"] or (giving.places_left if giving else 0)
    if not places:
        raise NotEnoughFree
    slots.shift(slot=line.slot, source=source, target=target, places=places, **signed)
    return int(places)
