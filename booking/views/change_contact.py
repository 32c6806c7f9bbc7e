"""Level B: another contact, after a code to the one on record (連絡先の変更)."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking import contact_changes, forms, one_time_codes, reservations
from booking.errand import Errand, Level
from booking.messages import way_for_a_code
from booking.models.one_time_code import OneTimeCode
from booking.presenters.visits import masked_contact
from booking.rulebook import rulebook
from booking.views._doors import network, page, with_errand
from tenancy.policies import PUBLIC, policy

CONTACT = OneTimeCode.Purpose.CONTACT


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.B)
def change(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Ask for the new contact; where no code can be sent, the telephone is the way."""
    at = timezone.now()
    on_record = masked_contact(errand.resident)
    if not errand.has_proved_contact(at=at) and way_for_a_code(errand.resident) is None:
        return page(request, "contact_by_telephone", contact=on_record)
    form = forms.ContactForm(
        request.POST if request.method == "POST" else None,
        needed=rulebook().rules.contact_needed,
    )
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return page(request, "change_contact", status=status, form=form, contact=on_record)
    errand.keep_contact(form.contact(get_language() or "ja"))
    if errand.has_proved_contact(at=at):
        return _keep(request, errand, at=at)
    code_id = one_time_codes.send(
        resident=errand.resident, purpose=CONTACT, network=network(request),
        language=get_language() or "ja", at=at,
    )  # fmt: skip
    errand.note("code", str(code_id))
    return redirect("booking:contact_code")


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.B)
def code(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Take the code and keep the new contact."""
    at, code_id = timezone.now(), errand.noted("code")
    if not code_id or errand.contact is None:
        done_already = request.method == "POST"
        return redirect("booking:mine" if done_already else "booking:change_contact")
    form = forms.OneTimeCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            one_time_codes.redeem(
                code_id=UUID(code_id), purpose=CONTACT, code=form.cleaned_data["code"], at=at
            )
        except one_time_codes.WrongCode as refusal:
            form.add_error("code", str(refusal.words))
        else:
            errand.prove_contact(at=at)
            return _keep(request, errand, at=at)
    status = 422 if request.method == "POST" else 200
    on_record = masked_contact(errand.resident)
    return page(request, "contact_code", status=status, form=form, contact=on_record)


def _keep(request: HttpRequest, errand: Errand, *, at: datetime) -> HttpResponse:
    contact = errand.contact
    assert contact is not None
    try:
        contact_changes.change(resident=errand.resident, contact=contact, by=None, at=at)
    except reservations.ChangedMeanwhile as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, _("連絡先を変更しました。前の連絡先にもお知らせしました。"))
    errand.drop_contact()
    errand.note("code", None)
    return redirect("booking:mine")
