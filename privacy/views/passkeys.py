"""Doors: one's own passkeys: see, make, name, put away; and use one to sign in or step up."""

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy import access_log, forms, passkeys
from privacy.views._passkeys import MAKING, USING, asked, new_passkey_of, place_of
from privacy.views.step_up import ask_again, go_on
from tenancy import accounts, sessions
from tenancy.permissions import Permission
from tenancy.policies import PUBLIC, Fresh, policy, staff_may, staff_of

OWN = staff_may(Permission.STAFF_HOME)
OWN_FRESH = staff_may(Permission.STAFF_HOME, fresh=Fresh.TO_CHANGE)
MAKE = staff_may(Permission.STAFF_HOME, fresh=Fresh.ALWAYS)


@policy(OWN)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """The account's passkeys."""
    facts = {
        "lines": [
            (row, forms.PasskeyName(initial={"name": passkeys.name_of(row)}, auto_id=f"p{row.pk}_%s"))
            for row in passkeys.of(staff_of(request))
        ]
    }  # fmt: skip
    return render(request, "privacy/sign_in/passkeys.html", facts)


@policy(MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new passkey, with a name."""
    staff, now = staff_of(request), timezone.now()
    form = forms.PasskeyName(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            passkeys.keep(
                staff=staff, name=form.cleaned_data["name"], state=asked(request, MAKING),
                answer=request.POST.get("answer", ""), place=place_of(request), at=now,
            )  # fmt: skip
        except passkeys.PasskeyRefused as refusal:
            form.add_error(None, refusal.words)
        else:
            access_log.record(what="passkey_made", by=staff, at=now)
            messages.success(request, _("パスキーを登録しました。"))
            return redirect("mfa_list_webauthn")
    facts = {"form": form, "options": new_passkey_of(request, staff)}
    status = 422 if form.is_bound else 200
    return render(request, "privacy/sign_in/passkey_make.html", facts, status=status)


@policy(OWN)
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Call one otherwise."""
    row, form = _own(request, pk), forms.PasskeyName(request.POST)
    if form.is_valid():
        passkeys.rename(row=row, name=form.cleaned_data["name"])
        messages.success(request, _("パスキーの名前を変えました。"))
    else:
        messages.error(request, _words(form))
    return redirect("mfa_list_webauthn")


@policy(OWN_FRESH)
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one away; every other session of the account ends."""
    row, staff, now = _own(request, pk), staff_of(request), timezone.now()
    try:
        passkeys.forget(row=row)
    except passkeys.LastFactor as refusal:
        messages.error(request, str(refusal.words))
        return redirect("mfa_list_webauthn")
    changed = accounts.end_sessions(staff=staff, reason="パスキーの削除", by=staff, at=now)
    sessions.outlive(request, changed)
    access_log.record(what="passkey_forgotten", by=staff, at=now)
    messages.success(request, _("パスキーを消しました。ほかの端末のログインは終了しました。"))
    return redirect("mfa_list_webauthn")


@policy(PUBLIC)
@require_POST
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """A passkey in place of a code, after the password has been proved."""
    answered: HttpResponseBase = _sign_in(request)
    return answered


@login_stage_required(  # type: ignore[untyped-decorator] # allauth has no types
    stage=AuthenticateStage.key, redirect_urlname="account_login"
)
def _sign_in(request: Any) -> HttpResponseBase:
    stage = request._login_stage  # noqa: SLF001 - allauth's own way in
    form = _answered(request, stage.login.user)
    if not form.is_valid():
        messages.error(request, _words(form))
        return redirect("mfa_authenticate")
    form.save()
    entered: HttpResponseBase = stage.exit()
    return entered


@policy(OWN)
@require_POST
def step_up(request: HttpRequest) -> HttpResponseBase:
    """A passkey in place of a code, before what weighs most."""
    staff = staff_of(request)
    form = _answered(request, staff)
    if form.is_valid():
        return go_on(request, staff, waiting=request.POST.get("waiting", ""))
    access_log.record(what="step_up", succeeded=False, by=staff, at=timezone.now())
    messages.error(request, _words(form))
    return ask_again(request, staff)


def _answered(request: HttpRequest, staff: Any) -> forms.PasskeyForm:
    return forms.PasskeyForm(
        request.POST, user=staff, state=asked(request, USING), place=place_of(request)
    )


def _words(form: Form) -> str:
    return " ".join(str(one) for problems in form.errors.values() for one in problems)


def _own(request: HttpRequest, pk: int) -> Any:
    for row in passkeys.of(staff_of(request)):
        if row.pk == pk:
            return row
    raise Http404
