"""How allauth signs staff in here: sealed secrets, budgets in PostgreSQL, no mail, no sign-up."""

from datetime import timedelta
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import access_log, budgets, second_factor
from tenancy import handlers
from tenancy.models import Staff

WINDOW: Final = timedelta(minutes=15)
# The table of limits (safety.md 6.4): what is counted, how many in a window of 15 minutes.
BY_NAME: Final = "sign_in_name"  # wrong passwords for one name from one network
BY_NETWORK: Final = "sign_in_network"  # wrong passwords from one network, for any name
BY_CODE: Final = "second_factor"  # wrong codes of one account, after its password
LIMITS: Final = {BY_NAME: 5, BY_NETWORK: 60, BY_CODE: 5}
TOO_MANY = _("続けて失敗したため、15分ほど受け付けを止めています。時間をおいてお試しください。")


def spend(kind: str, key: str) -> bool:
    """Count one try; False when its budget is used up."""
    return budgets.spend(kind=kind, key=key, limit=LIMITS[kind], window=WINDOW, at=timezone.now())


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Secrets of second factors are ciphertext in the database, in sessions and in dumps."""

    def encrypt(self, text: str) -> str:
        """Seal for the municipality being served and the person named by secrets_of()."""
        return second_factor.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open; refuses what was sealed elsewhere or for somebody else."""
        return second_factor.unseal(encrypted_text)


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Name and password, budgeted per name and network; every sign-in is in the access log."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": TOO_MANY,
        "username_password_mismatch": _("ログイン名またはパスワードが違います。"),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Spend one try before the password is looked at."""
        self._spent = self._keys(request, credentials)
        granted = [spend(kind, key) for kind, key in self._spent.items()]
        if not all(granted):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Staff | None:
        """The account these credentials prove; a right password gives its tries back."""
        staff: Staff | None = super().authenticate(request, **credentials)
        if staff is not None:
            for kind, key in self._spent.items():
                budgets.give_back(kind=kind, key=key)
        return staff

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A failure is a line of the access log; it names an account only where one exists."""
        del request
        named = Staff.objects.filter(login_name=credentials.get("username", "")).first()
        access_log.record(what="sign_in", succeeded=False, role="", by=named, at=timezone.now())

    def login(self, request: HttpRequest, user: Staff) -> None:
        """Open the session, if the register lets its owner work; it remembers the sign-in before."""
        now = timezone.now()
        gap = handlers.gap_of(user, at=now)
        if gap is not None:  # the password and the code were right: they may be told why
            access_log.record(what="sign_in", why=gap, succeeded=False, by=user, at=now)
            request.session.flush()
            page = render(request, "privacy/sign_in/not_listed.html", {"gap": gap}, status=403)
            raise ImmediateHttpResponse(page)
        before = user.last_login
        super().login(request, user)
        request.session["signed_in_before"] = before.isoformat() if before else ""
        access_log.record(what="sign_in", by=user, at=now)

    def logout(self, request: HttpRequest) -> None:
        """Close the session."""
        if isinstance(request.user, Staff):
            access_log.record(what="sign_out", by=request.user, at=timezone.now())
        super().logout(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The start page."""
        del request
        return reverse("staff_home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to the sign-in page."""
        del request
        return reverse("account_login")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: accounts are made by those who may."""
        del request
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages only; there is no JSON sign-in."""
        del request
        return False

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Our own pages say what happened."""

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Accounts have no mail address."""

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing was counted in a cache."""

    def _keys(self, request: HttpRequest, credentials: dict[str, Any]) -> dict[str, str]:
        network = budgets.network_of(request.META.get("REMOTE_ADDR") or "")
        return {BY_NAME: f"{credentials.get('username', '')}|{network}", BY_NETWORK: network}
