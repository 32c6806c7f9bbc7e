"""Doors: the stage of the municipality, moved on by two people (構築 → 仮稼働 → 本稼働 → 終了)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking import residents
from tenancy import standings
from tenancy.forms import StageForm
from tenancy.models import Staff
from tenancy.models.standing import Stage
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may

MOVERS = staff_may(Permission.CHANGE_STAGE, fresh=Fresh.TO_CHANGE)


@policy(MOVERS)
@require_safe
def stage(request: HttpRequest) -> HttpResponse:
    """Where the municipality stands, what is asked for, and what was."""
    return _page(request, StageForm())


@policy(MOVERS)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the next stage."""
    form = StageForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    following = standings.following()
    try:
        standings.ask_stage(
            to=following or "", **form.cleaned_data, by=_me(request), at=timezone.now()
        )
    except standings.StageRefused as refusal:
        form.add_error(None, refusal.words)
        return _page(request, form, status=409)
    messages.success(request, _("申請しました。別の職員が承認すると、段階が進みます。"))
    return redirect("stage")


@policy(MOVERS)
@require_POST
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to what a colleague has asked for; the municipality moves on at once."""
    wish = get_object_or_404(standings.open_stage_requests(), pk=pk)
    try:
        standings.agree_stage(
            request=wish, dummy_left=residents.dummies() > 0, by=_me(request), at=timezone.now()
        )
    except standings.StageRefused as refusal:
        form = StageForm()
        return _page(request, form, status=409, refusal=str(refusal.words))
    messages.success(request, _("段階を進めました。"))
    return redirect("stage")


@policy(MOVERS)
@require_POST
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close a wish; nothing changes."""
    wish = get_object_or_404(standings.open_stage_requests(), pk=pk)
    try:
        standings.refuse_stage(request=wish, by=_me(request), at=timezone.now())
    except standings.StageRefused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, _("申請を取り下げました。"))
    return redirect("stage")


def _me(request: HttpRequest) -> Staff:
    assert isinstance(request.user, Staff)
    return request.user


def _page(
    request: HttpRequest, form: StageForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    row = standings.standing()
    order = list(Stage)
    following = standings.following()
    facts = {
        "form": form,
        "refusal": refusal,
        "stages": [str(one.label) for one in order],
        "position": order.index(Stage(row.stage)) + 1,
        "following": Stage(following).label if following else "",
        "dummies": residents.dummies(),
        "approved_on": row.approved_on,
        "wishes": standings.open_stage_requests(),
        "changes": standings.stage_changes(),
        "me": _me(request).pk,
    }
    return render(request, "booking/stage.html", facts, status=status)
