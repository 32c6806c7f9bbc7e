"""Doors of the wiring itself."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tenancy.policies import PUBLIC, policy


@policy(PUBLIC)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answers where this host is served by this process; asks nothing of anybody."""
    del request
    return HttpResponse(status=204)
