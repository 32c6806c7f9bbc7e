"""Doors: the list of vaccines and their form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenancy import history
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from venues import directory
from venues.forms import VaccineForm, refuse
from venues.models import Vaccine
from venues.refusals import Refused
from venues.views._doors import found, page, staff_of


@policy(staff_may(Permission.SEE_VENUES))
@require_safe
def vaccines(request: HttpRequest) -> HttpResponse:
    """Every vaccine."""
    return page(request, "vaccines.html", {"vaccines": directory.vaccines()})


@policy(staff_may(Permission.EDIT_VENUES, fresh=Fresh.TO_CHANGE))
@require_http_methods(["GET", "POST"])
def enter_vaccine(request: HttpRequest) -> HttpResponse:
    """A new vaccine."""
    return _form(request, Vaccine())


@policy(staff_may(Permission.EDIT_VENUES, fresh=Fresh.TO_CHANGE))
@require_http_methods(["GET", "POST"])
def edit_vaccine(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a vaccine's names."""
    return _form(request, found(directory.find_vaccine(pk)))


def _form(request: HttpRequest, one: Vaccine) -> HttpResponse:
    form = VaccineForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        try:
            directory.keep_vaccine(
                vaccine=form.save(commit=False),
                reason=form.cleaned_data["reason"],
                by=staff_of(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ワクチンの情報を保存しました。"))
            return redirect("venues:vaccines")
    facts = {
        "form": form,
        "vaccine": one,
        "changes": history.changes_of(one) if one.pk else [],
    }
    return page(request, "vaccine_form.html", facts, status=422 if form.is_bound else 200)
