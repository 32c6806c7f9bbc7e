"""Doors: the rules of booking: stop switches, cut-offs, priority groups, vaccine courses."""

from collections.abc import Callable, Mapping
from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking import programme_changes, rule_changes, rulebook
from booking.models import PriorityGroup, VaccineCourse
from booking.presenters.programmes import programme_rows
from booking.presenters.rules import page_of, terms_of
from booking.rule_changes import RuleRefused
from booking.rule_forms import (
    ChangeRulesForm,
    CourseForm,
    CutOffs,
    GroupForm,
    GroupsForm,
    Reason,
    Stop,
    is_in_force,
)
from tenancy import history
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from venues import programmes
from venues.models import Channel

RULES = staff_may(Permission.EDIT_RULES)  # stopping a channel waits for nothing
CHANGES = staff_may(Permission.EDIT_RULES, fresh=Fresh.TO_CHANGE)


@policy(RULES)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule on one page; the stop switches first."""
    at = timezone.now()
    found = page_of(rule_changes.everything(), at=at)
    rows = programme_rows(programmes.everything(), programme_changes.rules(), at=at)
    found |= {"programmes": rows, "several": len(rows) > 1}
    return render(request, "booking/rules/rules.html", found)


@policy(RULES)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, channel: str) -> HttpResponse:
    """Stop a channel: what people are told, and why."""
    one = _channel(channel)
    form = Stop(request.POST or None)

    def keep() -> None:
        rule_changes.stop(
            channel=one, words=form.cleaned_data["words"], reason=form.cleaned_data["reason"],
            by=me(request), at=timezone.now(),
        )  # fmt: skip
        messages.warning(request, _("%(channel)sの予約受付を止めました。") % {"channel": one.label})

    facts = {"heading": _("%(channel)sの予約受付を止める") % {"channel": one.label},
             "submit": _("受付を止める"), "tone": "danger", "is_stop": True}  # fmt: skip
    return keep_by_form(request, form, keep, facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, channel: str) -> HttpResponse:
    """Take bookings by a channel again."""
    one = _channel(channel)
    form = Reason(request.POST or None)

    def keep() -> None:
        rule_changes.resume(
            channel=one, reason=form.cleaned_data["reason"], by=me(request), at=timezone.now()
        )
        messages.success(
            request, _("%(channel)sの予約受付を再開しました。") % {"channel": one.label}
        )

    facts = {"heading": _("%(channel)sの予約受付を再開する") % {"channel": one.label},
             "submit": _("再開する"), "tone": "primary"}  # fmt: skip
    return keep_by_form(request, form, keep, facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def cut_offs(request: HttpRequest) -> HttpResponse:
    """Until when residents may change and cancel, and which contact is asked for."""
    row = rulebook.booking_rules()
    changes = history.changes_of(row)
    form = CutOffs(request.POST or None, instance=row)

    def keep() -> None:
        rule_changes.change(**form.cleaned_data, by=me(request), at=timezone.now())
        messages.success(request, _("締切と連絡先の決まりを変えました。"))

    facts = {"heading": _("締切と連絡先"), "submit": _("保存する"), "changes": changes}
    return keep_by_form(request, form, keep, facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def groups(request: HttpRequest) -> HttpResponse:
    """Who may book several people at once, how many, and what they acknowledge."""
    row = rulebook.booking_rules()
    changes = history.changes_of(row)
    form = GroupsForm(request.POST or None, instance=row)

    def keep() -> None:
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        rule_changes.change_groups(values=values, reason=reason, by=me(request), at=timezone.now())
        messages.success(request, _("まとめて予約の決まりを変えました。"))

    facts = {"heading": _("まとめて予約"), "submit": _("保存する"), "changes": changes}
    return keep_by_form(request, form, keep, facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A priority group: a new one, or its form."""
    one = found_or_404(rule_changes.find_group(pk)) if pk else PriorityGroup()
    form = GroupForm(request.POST or None, instance=one)

    def keep() -> None:
        rule_changes.keep_group(
            group=form.group(), reason=form.cleaned_data["reason"], by=me(request),
            at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("優先区分を保存しました。"))

    facts = {"heading": _("優先区分を変える") if pk else _("優先区分を追加する"),
             "submit": _("保存する"), "changes": history.changes_of(one) if pk else []}  # fmt: skip
    return keep_by_form(request, form, keep, facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def course(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The rules of a vaccine: new ones, or those not yet in force."""
    one = found_or_404(rule_changes.find_course(pk)) if pk else VaccineCourse()
    in_force = is_in_force(one, timezone.now())
    form = CourseForm(request.POST or None, instance=one, initial=_chosen(request))

    def keep() -> None:
        rule_changes.keep_course(
            course=form.save(commit=False), reason=form.cleaned_data["reason"], by=me(request),
            at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("接種計画を保存しました。"))

    facts = {"heading": _("接種計画を変える") if pk else _("接種計画を追加する"),
             "submit": _("保存する"), "in_force": in_force, "terms": terms_of(one) if in_force else {},
             "changes": history.changes_of(one) if pk else []}  # fmt: skip
    return keep_by_form(request, form, keep, facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def change_rules(request: HttpRequest, programme_pk: int) -> HttpResponse:
    """How often, until when, and what becomes of the later doses, for one programme."""
    one = found_or_404(rule_changes.change_rules_of(programme_pk))
    form = ChangeRulesForm(request.POST or None, instance=one)

    def keep() -> None:
        rule_changes.keep_change_rules(
            row=form.save(commit=False), reason=form.cleaned_data["reason"], by=me(request),
            at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("変更と取消の決まりを保存しました。"))

    heading = _("変更と取消の決まり：%(programme)s") % {"programme": one.programme.said}
    facts = {"heading": heading, "submit": _("保存する"),
             "changes": history.changes_of(one) if one.pk else []}  # fmt: skip
    return keep_by_form(request, form, keep, facts)


def keep_by_form(
    request: HttpRequest,
    form: forms.BaseForm,
    keep: Callable[[], None],
    facts: Mapping[str, object],
) -> HttpResponse:
    """The form; what it keeps goes back to the rules, what is refused is said at its field."""
    if request.method == "POST" and form.is_valid():
        try:
            keep()
        except RuleRefused as refusal:
            form.add_error(
                refusal.item if refusal.item in form.fields else None, str(refusal.words)
            )
        else:
            return redirect("booking:rules")
    status = 422 if form.is_bound else 200
    return render(request, "booking/rules/form.html", {"form": form, **facts}, status=status)


def _channel(name: str) -> Channel:
    try:
        found = Channel(name)
    except ValueError as unknown:
        raise Http404 from unknown
    if found not in rule_changes.SWITCHES:
        raise Http404
    return found


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {"vaccine": request.GET["vaccine"]} if "vaccine" in request.GET else {}


def found_or_404[Thing](thing: Thing | None) -> Thing:
    """What was looked for, or the page that says it is not there."""
    if thing is None:
        raise Http404
    return thing


def me(request: HttpRequest) -> Staff:
    """Who presses."""
    return cast("Staff", request.user)
