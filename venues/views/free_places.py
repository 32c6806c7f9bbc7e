"""The residents' picture of free places as a public document (空き状況の公開データ)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from tenancy.policies import PUBLIC, policy
from venues import availability


@policy(PUBLIC)
@require_safe
def free_places(request: HttpRequest) -> HttpResponseBase:
    """Levels by opening and slot; names nobody, so anybody may keep it for two seconds."""
    text, etag = availability.free_places_document(at=timezone.now())
    answer = HttpResponse(text, content_type="application/json")
    answer.headers["ETag"] = f'"{etag}"'
    answer.headers["Cache-Control"] = "public, max-age=2"
    found = get_conditional_response(request, etag=f'"{etag}"', response=answer)
    assert found is not None
    return found
