"""Door: the start page of the staff host."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may


@policy(staff_may(Permission.STAFF_HOME))
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who am I, when was I here last, and where may I go."""
    before = request.session.get("signed_in_before")
    facts = {"signed_in_before": datetime.fromisoformat(before) if before else None}
    return render(request, "tenancy/home.html", facts)
