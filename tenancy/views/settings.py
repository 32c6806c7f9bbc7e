"""Doors: the municipality's own settings, and the table of roles and permissions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenancy import forms, presenters, standings
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import Fresh, fresh_permissions, policy, staff_may


@policy(staff_may(Permission.EDIT_RULES, fresh=Fresh.TO_CHANGE))
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Words, numbers and hours that are this municipality's own, with their history."""
    row = standings.standing()
    version = row.purpose_notice_version
    form = forms.StandingForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        assert isinstance(request.user, Staff)
        standings.change(values=values, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, _("基本設定を変更しました。"))
        return redirect("tenancy:settings")
    fields = forms.StandingForm.Meta.fields
    facts = {
        "form": form,
        "version": version,
        "history": presenters.history(
            row, fields=(*fields, "stage", "purpose_notice_version", "pledge_version")
        ),
    }
    status = 422 if form.is_bound else 200
    return render(request, "tenancy/settings.html", facts, status=status)


@policy(staff_may(Permission.STAFF_HOME))
@require_safe
def permissions(request: HttpRequest) -> HttpResponse:
    """Who may do what, as one table."""
    return render(
        request,
        "tenancy/permissions.html",
        {"table": presenters.permissions_table(fresh=fresh_permissions())},
    )
