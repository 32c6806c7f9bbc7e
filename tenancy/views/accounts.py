"""Doors: the list of accounts, a new one, and what can be done to one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenancy import accounts, forms, handlers, presenters
from tenancy.models import Staff
from tenancy.permissions import Permission, is_powerful
from tenancy.policies import Fresh, policy, staff_may
from tenancy.second_factor import is_set_up

KEEPERS = staff_may(Permission.EDIT_STAFF)
CHANGES = staff_may(Permission.EDIT_STAFF, fresh=Fresh.TO_CHANGE)
WAITS = gettext_lazy(
    "この役割は強い権限を持つため、まだ使えません。別の担当者が内容を確かめて有効にします。"
)
GET_OR_POST = ["GET", "HEAD", "POST"]


@policy(KEEPERS)
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """Every account, and the requests that wait for an answer."""
    with_factor, now = accounts.with_second_factor(), timezone.now()
    facts = {
        "lines": [
            presenters.AccountLine(staff, staff.pk in with_factor, handlers.gap_of(staff, at=now))
            for staff in accounts.everybody()
        ],
        "resets": [presenters.ResetLine(one, _me(request)) for one in accounts.open_resets()],
    }
    return render(request, "tenancy/accounts.html", facts)


@policy(CHANGES)
@require_http_methods(GET_OR_POST)
def new(request: HttpRequest) -> HttpResponse:
    """Make an account and show its one-time password, once."""
    now = timezone.now()
    form = forms.NewAccountForm(request.POST or None, initial={"from_on": timezone.localdate(now)})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            staff, password = handlers.admit(
                login_name=told["login_name"], role=told["role"], entry=form.entry(),
                by=_me(request), at=now,
            )  # fmt: skip
        except accounts.Refused as refusal:
            form.add_error("login_name", refusal.words)
        else:
            if staff.is_active:
                return _show_password(request, staff, password)
            messages.info(request, WAITS)
            return redirect("tenancy:account", pk=staff.pk)
    status = 422 if form.is_bound else 200
    return render(request, "tenancy/account_new.html", {"form": form}, status=status)


@policy(KEEPERS)
@require_safe
def account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One account: its facts, what can be done, and its history."""
    return _page(request, get_object_or_404(accounts.everybody(), pk=pk))


@policy(CHANGES)
@require_POST
def change_role(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the account another role."""
    staff = get_object_or_404(accounts.everybody(), pk=pk)
    form = forms.RoleForm(request.POST, prefix="role")
    powerful = is_powerful(form.data.get("role-role", "")) and staff.role != form.data["role-role"]
    done = str(WAITS) if powerful else _("役割を変更しました。")
    return _do(request, staff, form, accounts.change_role, done)


@policy(CHANGES)
@require_POST
def disable(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the account out of force."""
    staff = get_object_or_404(accounts.everybody(), pk=pk)
    form = forms.ReasonForm(request.POST, prefix="disable")
    return _do(request, staff, form, accounts.disable, _("アカウントを停止しました。"))


@policy(CHANGES)
@require_POST
def enable(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the account into force again; a new one-time password is shown once."""
    staff = get_object_or_404(accounts.everybody(), pk=pk)
    form = forms.ReasonForm(request.POST, prefix="enable")
    return _do(request, staff, form, accounts.enable, "")


@policy(CHANGES)
@require_POST
def issue_password(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a one-time password to somebody who forgot theirs."""
    staff = get_object_or_404(accounts.everybody(), pk=pk)
    form = forms.ReasonForm(request.POST, prefix="password")
    return _do(request, staff, form, accounts.issue_password, "")


@policy(CHANGES)
@require_POST
def ask_reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask that the account's second factor be forgotten."""
    staff = get_object_or_404(accounts.everybody(), pk=pk)
    form = forms.ReasonForm(request.POST, prefix="reset")
    done = _("再設定を依頼しました。別の担当者が承認すると、次のログインで登録し直せます。")
    return _do(request, staff, form, accounts.ask_reset, done)


@policy(CHANGES)
@require_POST
def grant_reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do what a colleague has asked for."""
    return _answer(request, pk, accounts.grant_reset, _("認証アプリの登録を取り消しました。"))


@policy(CHANGES)
@require_POST
def refuse_reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close a request without doing anything."""
    return _answer(request, pk, accounts.refuse_reset, _("依頼を取り下げました。"))


def _me(request: HttpRequest) -> Staff:
    assert isinstance(request.user, Staff)
    return request.user


def _do(
    request: HttpRequest, staff: Staff, form: Any, verb: Callable[..., Any], done: str
) -> HttpResponse:
    """One verb on one account: the same translation in and out for each of them."""
    if not form.is_valid():
        return _page(request, staff, form=form, status=422)
    try:
        made = verb(staff=staff, **form.cleaned_data, by=_me(request), at=timezone.now())
    except accounts.Refused as refusal:
        form.add_error(None, refusal.words)
        return _page(request, staff, form=form, status=409)
    if isinstance(made, tuple):
        return _show_password(request, *made)
    messages.success(request, done)
    return redirect("tenancy:account", pk=staff.pk)


def _answer(request: HttpRequest, pk: UUID, verb: Callable[..., Any], done: str) -> HttpResponse:
    reset = get_object_or_404(accounts.all_resets(), pk=pk)
    try:
        verb(reset=reset, by=_me(request), at=timezone.now())
    except accounts.Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, done)
    return redirect("tenancy:staff")


def _show_password(request: HttpRequest, staff: Staff, password: str) -> HttpResponse:
    facts = {"staff": staff, "one_time_password": password}
    return render(request, "tenancy/one_time_password.html", facts)


def _page(
    request: HttpRequest, staff: Staff, *, form: Any = None, status: int = 200
) -> HttpResponse:
    made = {
        "role": forms.RoleForm(prefix="role", initial={"role": staff.role}),
        **{
            name: forms.ReasonForm(prefix=name)
            for name in ("disable", "enable", "password", "reset")
        },
    }
    if form is not None:
        made[form.prefix] = form
    facts = {
        "staff": staff,
        "line": presenters.AccountLine(
            staff, is_set_up(staff), handlers.gap_of(staff, at=timezone.now())
        ),
        "is_powerful": is_powerful(staff.role),
        "is_me": staff.pk == _me(request).pk,
        "history": presenters.history(staff),
        "resets": accounts.all_resets().filter(staff=staff),
        "forms": made,
    }
    return render(request, "tenancy/account.html", facts, status=status)
