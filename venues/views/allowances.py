"""Doors: places above the capacity of a slot, signed for by one person or two (超過枠)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from venues import allowances, days
from venues.forms import refuse
from venues.models import Opening
from venues.place_forms import AllowanceForm, SigningForm
from venues.presenters import DayRow
from venues.refusals import Refused
from venues.views._doors import found, page, staff_of

SIGNERS = staff_may(Permission.SIGN_PLACES, fresh=Fresh.TO_CHANGE)
STOPPERS = staff_may(Permission.SIGN_PLACES)  # taking back waits for nothing


@policy(SIGNERS)
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """What was signed for on a day, and a form to sign."""
    one = found(days.find(pk))
    form = _form(request, one)
    if request.method == "POST" and form.is_valid():
        try:
            made = allowances.sign(**form.signed(), by=staff_of(request), at=timezone.now())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            words = _("超過枠に署名しました。")
            if made.in_force_since is None:
                words = _("署名しました。別の職員が同意すると有効になります。")
            messages.success(request, words)
            return redirect("venues:allowances", one.pk)
    return _page(request, one, form, status=422 if form.is_bound else 200)


@policy(SIGNERS)
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to what a colleague signed for."""
    row = found(allowances.find(pk))
    try:
        allowances.agree(allowance=row, by=staff_of(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, _("同意しました。超過枠が有効になりました。"))
    return redirect("venues:allowances", row.bucket.slot.opening_id)


@policy(STOPPERS)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what is not in force yet."""
    row = found(allowances.find(pk))
    if allowances.refuse(allowance=row, by=staff_of(request), at=timezone.now()):
        messages.success(request, _("取り下げました。"))
    return redirect("venues:allowances", row.bucket.slot.opening_id)


@policy(staff_may(Permission.EDIT_RULES, fresh=Fresh.TO_CHANGE))
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """Whether two people must sign."""
    form = SigningForm(request.POST or None, initial={"two": allowances.needs_two()})
    if request.method == "POST" and form.is_valid():
        try:
            allowances.set_needs_two(
                wanted=form.cleaned_data["two"], reason=form.cleaned_data["reason"],
                by=staff_of(request), at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("署名の決まりを変えました。"))
            return redirect("venues:days")
    return page(request, "signing.html", {"form": form}, status=422 if form.is_bound else 200)


def _form(request: HttpRequest, one: Opening) -> AllowanceForm:
    buckets = [bucket for line in days.slot_lines(one) for bucket in line.buckets]
    return AllowanceForm(request.POST or None, buckets=buckets)


def _page(request: HttpRequest, one: Opening, form: AllowanceForm, *, status: int) -> HttpResponse:
    at = timezone.now()
    facts = {
        "form": form,
        "row": DayRow(days.line_of(one), at),
        "signed": allowances.of_opening(one),
        "needs_two": allowances.needs_two(),
        "may_set": staff_of(request).may(Permission.EDIT_RULES),
        "me": staff_of(request).pk,
        "at": at,
    }
    return page(request, "allowances.html", facts, status=status)
