"""The other way to level B: a code to the contact on record (予約番号を忘れた方)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking import errand as errands
from booking import forms, one_time_codes, sign_in
from booking.errand import Level
from booking.models.one_time_code import OneTimeCode
from booking.views._doors import network, page
from booking.views.sign_in import typed_in
from shared.views import errors
from tenancy.policies import PUBLIC, policy

ASKED = "asked_for_code"
ENTER = OneTimeCode.Purpose.ENTER


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The same next page for everybody, whether or not a code went out."""
    form = forms.SignIn(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return page(request, "lost_number", status=422 if form.is_bound else 200, form=form)
    at = timezone.now()
    try:
        resident = sign_in.find_for_code(typed_in(request, form), at=at)
    except sign_in.TooManyTries:
        return errors.too_many(request)
    code_id = one_time_codes.send(
        resident=resident, purpose=ENTER, network=network(request),
        language=get_language() or "ja", at=at,
    )  # fmt: skip
    request.session.flush()
    request.session[ASKED] = str(code_id)
    request.session.set_expiry(0)
    return redirect("booking:lost_number_code")


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Take the code and open level B."""
    at, code_id = timezone.now(), request.session.get(ASKED)
    if not code_id:
        return redirect("booking:lost_number")
    form = forms.OneTimeCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            resident_id = one_time_codes.redeem(
                code_id=UUID(code_id), purpose=ENTER, code=form.cleaned_data["code"], at=at
            )
        except one_time_codes.WrongCode as refusal:
            form.add_error("code", str(refusal.words))
        else:
            errand = errands.begin(request.session, resident_id, level=Level.B, at=at)
            errand.prove_contact(at=at)
            rotate_token(request)
            return redirect("booking:mine")
    return page(request, "lost_number_code", status=422 if form.is_bound else 200, form=form)
