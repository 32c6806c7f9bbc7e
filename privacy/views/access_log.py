"""Door: the access log, for those who audit (閲覧記録)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy import access_log
from privacy.forms import AccessLogFilter
from privacy.presenters import EntryLine
from tenancy import accounts
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may

LINES = 50


@policy(staff_may(Permission.SEE_ACCESS_LOG))
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Who looked at or changed whose record, when, from where and why; no personal data."""
    names = {staff.pk: staff.display_name for staff in accounts.everybody()}
    form = AccessLogFilter(request.GET or None, staff=accounts.everybody())
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = access_log.matching(
        staff_id=wanted["staff"].pk if wanted.get("staff") else None,
        resident_id=wanted.get("resident_id"),
        day=wanted.get("day"),
    )
    page = Paginator(rows, LINES).get_page(request.GET.get("page"))
    lines = [
        EntryLine(entry, names.get(entry.staff_id, "") if entry.staff_id else "") for entry in page
    ]
    facts = {"form": form, "lines": lines, "page": page}
    return render(request, "privacy/access_log.html", facts)
