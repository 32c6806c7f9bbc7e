"""The residents' picture of free places as public documents, and what they say (空き状況の公開データ)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from tenancy.policies import PUBLIC, policy
from venues import availability, open_data

KINDS = {availability.JSON: "application/json", availability.CSV: "text/csv; charset=utf-8"}


@policy(PUBLIC)
@require_safe
def free_places(request: HttpRequest) -> HttpResponseBase:
    """Levels by opening and slot; names nobody, so anybody may keep it for two seconds."""
    return _document(request, availability.JSON)


@policy(PUBLIC)
@require_safe
def free_places_table(request: HttpRequest) -> HttpResponseBase:
    """The same as a table, one line a slot."""
    return _document(request, availability.CSV)


@policy(PUBLIC)
@require_safe
def about_free_places(request: HttpRequest) -> HttpResponse:
    """What the fields and signs mean, and that everybody may use them."""
    facts = {
        "columns": open_data.COLUMNS,
        "levels": [(level, open_data.SIGNS[level], words) for level, words in open_data.LEVELS],
    }
    return render(request, "venues/about_free_places.html", facts)


def _document(request: HttpRequest, form: str) -> HttpResponseBase:
    is_zipped = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    text, etag = availability.free_places_document(
        at=timezone.now(), form=form, is_zipped=is_zipped
    )
    tag = f'"{etag}-{form}{"-gzip" if is_zipped else ""}"'
    answer = HttpResponse(text, content_type=KINDS[form])
    if is_zipped:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "public, max-age=2"
    # Any page of anybody may read it, and do nothing else: no cookie is asked for or sent.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(answer, ["Accept-Encoding"])
    found = get_conditional_response(request, etag=tag, response=answer)
    assert found is not None
    if found.status_code == 304:
        found.headers["Access-Control-Allow-Origin"] = "*"
    return found
