"""Doors: release plans: draft, look through, see as a resident, arm, watch, withdraw."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import releases
from booking.models import ReleasePlan, ReleaseRow
from booking.presenters.releases import changes_of, list_of, page_of, sights_of
from booking.release_forms import (
    ArmForm,
    PlanForm,
    PreviewForm,
    RowForm,
    Shown,
    WithdrawForm,
    suggested,
)
from booking.releases import ReleaseRefused
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may

READERS = staff_may(Permission.SEE_VENUES)
PLANNERS = staff_may(Permission.PLAN_RELEASES)
CHANGES = staff_may(Permission.PLAN_RELEASES, fresh=Fresh.TO_CHANGE)


@policy(READERS)
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan, and what opens next."""
    facts = list_of(releases.plans(), at=timezone.now())
    return render(request, "booking/releases/plans.html", {**facts, "may_plan": _may(request)})


@policy(READERS)
@require_safe
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One plan: its rows, what the inspection says, what can be done with it."""
    return _page(request, _found(pk))


@policy(READERS)
@require_safe
def now(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rows as they stand this second: what the page of an armed plan asks for again."""
    facts = page_of(_found(pk), at=timezone.now())
    return render(request, "booking/releases/parts/rows.html", facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """A new plan, or what was announced for a draft."""
    one = _found(pk) if pk else ReleasePlan()
    form = PlanForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        me, at = _me(request), timezone.now()
        try:
            if pk:
                shown = form.cleaned_data["shown"] or 0
                kept = releases.change(plan=form.plan(), shown=shown, by=me, at=at)
            else:
                kept = releases.draft(plan=form.plan(), by=me, at=at)
        except ReleaseRefused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("計画を保存しました。"))
            return redirect("booking:release", kept.pk)
    heading = _("計画を変える") if pk else _("新しい放出計画")
    return _form(request, form, {"heading": heading, "plan": one if pk else None})


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, pk: UUID, row_pk: int | None = None) -> HttpResponse:
    """A row of a draft: a new one, or its form."""
    plan = _found(pk)
    one = releases.find_row(plan, row_pk) if row_pk else ReleaseRow()
    if one is None:
        raise Http404
    form = RowForm(request.POST or None, instance=one, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            releases.keep_row(
                row=form.row(plan), shown=form.cleaned_data["shown"], by=_me(request),
                at=timezone.now(),
            )  # fmt: skip
        except ReleaseRefused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("行を保存しました。"))
            return redirect("booking:release", plan.pk)
    heading = _("行を変える") if row_pk else _("行を追加する")
    return _form(request, form, {"heading": heading, "plan": plan})


@policy(CHANGES)
@require_POST
def drop_row(request: HttpRequest, pk: UUID, row_pk: int) -> HttpResponse:
    """Take a row out of a draft."""
    plan = _found(pk)
    one = releases.find_row(plan, row_pk)
    if one is None:
        raise Http404
    return _act(
        request, plan, Shown(request.POST), _("行を外しました。"),
        lambda form: releases.drop_row(
            row=one, shown=form.cleaned_data["shown"], by=_me(request), at=timezone.now()
        ),
    )  # fmt: skip


@policy(READERS)
@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who sees what at a moment, with the plan as if it were armed."""
    plan = _found(pk)
    form = PreviewForm(request.GET or None, initial=suggested(plan))
    facts: dict[str, object] = {"plan": plan, "form": form}
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        sights = releases.preview(
            plan=plan, born_on=typed["born_on"], dose_number=typed["dose_number"],
            seen_at=form.seen_at(), at=timezone.now(),
        )  # fmt: skip
        facts |= {"seen_at": form.seen_at(), "sights": sights_of(sights)}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "booking/releases/preview.html", facts, status=status)


@policy(CHANGES)
@require_POST
def arm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person says yes: from now on it opens by itself."""
    return _act(
        request, plan := _found(pk), ArmForm(request.POST),
        _("計画を確定しました。放出日時になると、自動で開きます。"),
        lambda form: releases.arm(
            plan=plan, shown=form.cleaned_data["shown"],
            accepted_because=form.cleaned_data["accepted_because"], by=_me(request),
            at=timezone.now(),
        ),
    )  # fmt: skip


@policy(PLANNERS)  # stopping waits for nothing
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop what has not opened yet."""
    plan = _found(pk)
    form = WithdrawForm(request.POST or None, initial={"shown": plan.version})
    if request.method == "POST" and form.is_valid():
        try:
            releases.withdraw(
                plan=plan, shown=form.cleaned_data["shown"], reason=form.cleaned_data["reason"],
                by=_me(request), at=timezone.now(),
            )  # fmt: skip
        except ReleaseRefused as refusal:
            _refuse(form, refusal)
        else:
            words = _("計画を取り下げました。まだ開いていない枠は、新しい計画まで閉じたままです。")
            messages.warning(request, words)
            return redirect("booking:release", plan.pk)
    facts = {"heading": _("計画を取り下げる"), "plan": plan, "tone": "danger",
             "submit": _("取り下げる"), "is_withdrawal": True}  # fmt: skip
    return _form(request, form, facts)


@policy(CHANGES)
@require_POST
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new draft with the same rows."""
    plan = _found(pk)
    name = _("%(name)sの写し") % {"name": plan.name}
    made = releases.copy(plan=plan, name=name[:60], by=_me(request), at=timezone.now())
    messages.success(request, _("複写しました。日時を変えてから点検してください。"))
    return redirect("booking:edit_release", made.pk)


@policy(CHANGES)
@require_POST
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    plan, form = _found(pk), Shown(request.POST)
    if not form.is_valid():
        return _page(request, plan, status=422)
    try:
        releases.drop(
            plan=plan, shown=form.cleaned_data["shown"], by=_me(request), at=timezone.now()
        )
    except ReleaseRefused as refusal:
        messages.error(request, str(refusal.words))
        return redirect("booking:release", plan.pk)
    messages.success(request, _("下書きを捨てました。"))
    return redirect("booking:releases")


def _act[Typed: Shown](
    request: HttpRequest, plan: ReleasePlan, form: Typed, words: str, act: Callable[[Typed], object]
) -> HttpResponse:
    """Do it, or show the plan again with the reason why not."""
    if not form.is_valid():
        return _page(request, plan, status=422, form=form)
    try:
        act(form)
    except ReleaseRefused as refusal:
        _refuse(form, refusal)
        return _page(request, plan, status=422, form=form)
    messages.success(request, words)
    return redirect("booking:release", plan.pk)


def _page(
    request: HttpRequest, plan: ReleasePlan, *, status: int = 200, form: forms.Form | None = None
) -> HttpResponse:
    arm_form = form if isinstance(form, ArmForm) else ArmForm(initial={"shown": plan.version})
    facts = {
        **page_of(plan, at=timezone.now()),
        "may_plan": _may(request),
        "is_mine": plan.edited_by_id == _me(request).pk,
        "arm_form": arm_form,
        "refused": "" if form is None else " ".join(str(one) for one in form.non_field_errors()),
        "changes": changes_of(plan),
    }
    return render(request, "booking/releases/plan.html", facts, status=status)


def _form(request: HttpRequest, form: forms.BaseForm, facts: dict[str, object]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    page = {"submit": _("保存する"), "tone": "primary", "form": form, **facts}
    return render(request, "booking/releases/form.html", page, status=status)


def _refuse(form: forms.BaseForm, refusal: ReleaseRefused) -> None:
    form.add_error(refusal.item if refusal.item in form.fields else None, str(refusal.words))


def _found(pk: UUID) -> ReleasePlan:
    plan = releases.find(pk)
    if plan is None:
        raise Http404
    return plan


def _may(request: HttpRequest) -> bool:
    return _me(request).may(Permission.PLAN_RELEASES)


def _me(request: HttpRequest) -> Staff:
    return cast("Staff", request.user)
