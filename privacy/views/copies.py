"""Door: every copy of this municipality's data, where it lies, until when, and its end (S-140)."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from privacy import copies
from privacy.presenters import CopyLine
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may

LINES: Final = 50


@policy(staff_may(Permission.SEE_ACCESS_LOG))
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The list, the newest first; a copy past its day asks for somebody."""
    page = Paginator(copies.everything(), LINES).get_page(request.GET.get("page"))
    at = timezone.now()
    facts = {"lines": [CopyLine(copy, at) for copy in page], "page": page}
    return render(request, "privacy/copies.html", facts)
