"""Doors: one's own password, second factor and recovery codes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from privacy import forms, second_factor
from tenancy import accounts, sessions
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import SIGNED_IN, policy, staff_may
from tenancy.second_factor import is_set_up, mark_proved

PENDING = "second_factor_pending"
GET_OR_POST = ["GET", "HEAD", "POST"]


@policy(SIGNED_IN)
@sensitive_post_parameters()
@require_http_methods(GET_OR_POST)
def password(request: HttpRequest) -> HttpResponse:
    """Choose one's own password; a one-time password leads here and nowhere else."""
    staff = _signed_in(request)
    form = forms.PasswordForm(request.POST or None, staff=staff)
    if request.method == "POST" and form.is_valid():
        changed = accounts.change_own_password(
            staff=staff, password=form.cleaned_data["new"], at=timezone.now()
        )
        sessions.outlive(request, changed)
        messages.success(request, _("パスワードを変更しました。"))
        return redirect("staff_home")
    facts = {"form": form, "is_forced": staff.must_change_password}
    status = 422 if form.is_bound else 200
    return render(request, "privacy/sign_in/password.html", facts, status=status)


@policy(SIGNED_IN)
@require_http_methods(GET_OR_POST)
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Set up the app: once for a new account, again for a new telephone with a code of the old."""
    staff = _signed_in(request)
    if staff.must_change_password:
        return redirect("account_change_password")
    secret = _pending_secret(request, staff)
    sent = request.POST if request.method == "POST" else None
    form = forms.SetUpForm(sent, secret=secret)
    former = forms.CodeForm(sent, user=staff, prefix="former") if is_set_up(staff) else None
    if sent is not None and form.is_valid() and (former is None or former.is_valid()):
        _take_over(request, staff, secret, code=form.cleaned_data["code"])
        return redirect("mfa_view_recovery_codes")
    address = second_factor.address_of(secret=secret, staff=staff)
    facts = {
        "form": form,
        "former": former,
        "picture": second_factor.picture_of(address),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "privacy/sign_in/second_factor.html", facts, status=status)


@policy(staff_may(Permission.STAFF_HOME))
@require_http_methods(GET_OR_POST)
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show the codes until they are noted; make new ones against a code of the app."""
    staff = _signed_in(request)
    now = timezone.now()
    if request.POST.get("what") == "noted":
        second_factor.note_recovery_codes(staff=staff, at=now)
        return redirect("staff_home")
    form = forms.CodeForm(request.POST or None, user=staff)
    if request.method == "POST" and form.is_valid():
        second_factor.renew_recovery_codes(staff=staff, at=now)
        return redirect("mfa_view_recovery_codes")
    codes, left = second_factor.recovery_codes(staff)
    facts = {"form": form, "codes": codes, "left": left}
    status = 422 if form.is_bound else 200
    return render(request, "privacy/sign_in/recovery_codes.html", facts, status=status)


def _signed_in(request: HttpRequest) -> Staff:
    assert isinstance(request.user, Staff)
    return request.user


def _pending_secret(request: HttpRequest, staff: Staff) -> str:
    """The secret being set up: in the session, sealed, until its first code is typed."""
    with second_factor.secrets_of(staff):
        kept = request.session.get(PENDING)
        if kept:
            return second_factor.unseal(kept)
        secret = second_factor.new_secret()
        request.session[PENDING] = second_factor.seal(secret)
    return secret


def _take_over(request: HttpRequest, staff: Staff, secret: str, *, code: str) -> None:
    now = timezone.now()
    second_factor.keep(staff=staff, secret=secret, at=now)
    second_factor.verify(staff=staff, code=code, at=now)  # this code is worth nothing again
    changed = accounts.end_sessions(staff=staff, reason="認証アプリの登録", by=staff, at=now)
    del request.session[PENDING]
    sessions.outlive(request, changed)  # and the session gets another key
    mark_proved(request.session, changed, at=now)
    messages.success(request, _("認証アプリを登録しました。"))
