"""Doors: the ward's marks on records that only a supervisor opens (見守りの印)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from callcentre import watch_marks
from callcentre.views._doors import REFUSALS
from callcentre.watch_forms import LiftForm, WatchMarkForm
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

THE_WARD = policy(staff_may(Permission.MARK_RECORDS, fresh=Fresh.TO_CHANGE))


@THE_WARD
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The marks that stand, and a new one."""
    form = WatchMarkForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    told = form.cleaned_data
    try:
        watch_marks.set_on(
            number=told["number"], reason=told["reason"], by=staff_of(request), at=timezone.now()
        )
    except REFUSALS as refusal:
        form.add_error("number", str(refusal.words))
        return _page(request, form, status=409)
    messages.success(request, _("見守りに指定しました。"))
    return redirect("callcentre:watch_marks")


@THE_WARD
@require_POST
def lift(request: HttpRequest, mark_id: UUID) -> HttpResponse:
    """Take one mark back."""
    form = LiftForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("解除する理由を入力してください。"))
        return redirect("callcentre:watch_marks")
    try:
        watch_marks.lift(
            mark_id=mark_id, reason=form.cleaned_data["reason"], by=staff_of(request),
            at=timezone.now(),
        )  # fmt: skip
    except REFUSALS as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, _("指定を解除しました。"))
    return redirect("callcentre:watch_marks")


def _page(request: HttpRequest, form: WatchMarkForm, *, status: int = 200) -> HttpResponse:
    facts = {
        "form": form,
        "lines": watch_marks.standing_ones(),
        "lifted": watch_marks.lifted_ones(),
        "lift_form": LiftForm(),
    }
    return render(request, "callcentre/watch_marks.html", facts, status=status)
