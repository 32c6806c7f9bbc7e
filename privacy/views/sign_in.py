"""Doors: sign in with a name and a password, then a code; sign out."""

from typing import Any

from allauth.account.internal import flows
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from privacy.views._passkeys import question_of
from tenancy.policies import PUBLIC, policy


class _SignIn(LoginView):  # type: ignore[misc] # allauth has no types
    template_name = "privacy/sign_in/sign_in.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return page


class _Code(AuthenticateView):  # type: ignore[misc] # allauth has no types
    template_name = "privacy/sign_in/code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(request, *args, **kwargs)
        if response.status_code == 200:
            response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff = self.stage.login.user
        known: dict[str, Any] = super().get_context_data(**kwargs)
        return known | {"passkey": question_of(self.request, staff)}


_sign_in, _code = _SignIn.as_view(), _Code.as_view()


@policy(PUBLIC)
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Name and password; who is signed in already goes to the start page."""
    response: HttpResponseBase = _sign_in(request)
    return response


@policy(PUBLIC)
def code(request: HttpRequest) -> HttpResponseBase:
    """The second factor; without a password just proved it leads back to the first page."""
    response: HttpResponseBase = _code(request)
    return response


@policy(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, or give up half-way; the browser forgets what it kept of us."""
    flows.logout.logout(request, show_message=False)
    request.session.flush()
    response = redirect("account_login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
