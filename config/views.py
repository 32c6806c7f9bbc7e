"""Doors of the wiring itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from shared.views.gallery import gallery
from tenancy.models.standing import Stage
from tenancy.policies import PUBLIC, policy
from tenancy.standings import shown


@policy(PUBLIC)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answers where this host is served by this process; asks nothing of anybody."""
    del request
    return HttpResponse(status=204)


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def parts(request: HttpRequest, variant: str = "resident") -> HttpResponse:
    """Every part of the pages, to be looked at while the municipality is being built (ADR 0015).

    Its forms may be sent, to see how they are; nothing is done with what they say.
    """
    if shown().stage != Stage.BUILDING:
        raise Http404
    return gallery(request, variant)
