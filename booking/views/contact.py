"""The contact of a new booking, with the purpose notice before the form (連絡先)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking import forms
from booking.errand import Errand, Level
from booking.presenters.visits import initial_contact
from booking.rulebook import rulebook
from booking.views._doors import page, skipped, with_errand
from booking.views._keeping import onward
from tenancy.policies import PUBLIC, policy


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.A)
def contact(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Ask for no more than a telephone number and a mail address (S-102)."""
    if back := skipped(request, errand, reverse("booking:contact")):
        return back
    form = _form(request, errand)
    if request.method == "POST" and form.is_valid():
        errand.keep_contact(
            form.contact(get_language() or "ja"),
            speaker=form.cleaned_data.get("speaker") or "self",
            notice_version=form.cleaned_data["notice"],
        )
        return onward(request, errand)
    status = 422 if request.method == "POST" else 200
    return page(request, "contact", status=status, form=form)


def _form(request: HttpRequest, errand: Errand) -> forms.BookingContact:
    book = rulebook()
    kept = errand.contact
    return forms.BookingContact(
        request.POST if request.method == "POST" else None,
        initial=initial_contact(kept) | {"speaker": errand.speaker},
        needed=book.rules.contact_needed,
        proxy_allowed=book.standing.proxy_allowed,
        notice_version=book.standing.purpose_notice_version,
    )
