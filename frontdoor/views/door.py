"""Doors: how many may come in, and opening moments with a lot (入場と待合室)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontdoor import door_rules, gatherings
from frontdoor.forms import GatheringForm, RulesForm
from frontdoor.presenters import door as shown
from tenancy import history
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

RULES = staff_may(Permission.EDIT_RULES)
CHANGES = staff_may(Permission.EDIT_RULES, fresh=Fresh.TO_CHANGE)


@policy(RULES)
@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """The door now, its rules, its opening moments."""
    at, rules = timezone.now(), door_rules.door_rules()
    facts = {
        "now": shown.now_of(),
        "rules": rules,
        "is_off": shown.is_off(rules),
        "gatherings": shown.gathering_lines(gatherings.newest(), at=at),
        "changes": history.changes_of(rules),
    }
    return render(request, "frontdoor/door.html", facts)


@policy(RULES)
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The figures alone, asked for again and again."""
    facts = {"now": shown.now_of(), "rules": door_rules.door_rules()}
    return render(request, "frontdoor/parts/now.html", facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """How many come in; empty is automatic."""
    rules = door_rules.door_rules()
    before = {
        "mode": rules.mode,
        "per_minute": rules.per_minute,
        "most_inside": rules.most_inside,
    }
    form = RulesForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        try:
            door_rules.change(**form.cleaned_data, by=staff_of(request), at=timezone.now())
        except door_rules.RulesRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(
                request, _("入場の決まりを変えました。2秒以内にすべての入口に反映されます。")
            )
            return redirect("frontdoor:door")
    facts = {"form": form, "heading": _("入場の決まりを変える"), "submit": _("保存する")}
    return render(request, "frontdoor/form.html", facts, status=422 if form.is_bound else 200)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """An opening moment for which people gather."""
    form = GatheringForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            gatherings.plan(
                opens_at=form.moment(), gathers_from=form.gathers_from(), by=staff_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except gatherings.GatheringRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(request, _("受付開始の集合を登録しました。"))
            return redirect("frontdoor:door")
    facts = {"form": form, "heading": _("受付開始の集合を登録する"), "submit": _("登録する")}
    return render(request, "frontdoor/form.html", facts, status=422 if form.is_bound else 200)


@policy(CHANGES)
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call an opening moment off."""
    found = gatherings.find(pk)
    if found is None:
        raise Http404
    try:
        gatherings.cancel(gathering=found, by=staff_of(request), at=timezone.now())
    except gatherings.GatheringRefused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, _("集合を取りやめました。待っている方は順に入れます。"))
    return redirect("frontdoor:door")
