"""503 while the database does not answer: nobody is told "failed", and one may press again.

What was sent may have been written down or not. A form that carries its own key or version does
nothing twice, so the page holds it once more, to be sent by one press; every other sender is told
to look first.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

SECONDS: Final = 10
KEYS: Final = ("request_key", "version", "shown")  # what was asked for, or which state was seen
MOST_FIELDS, LONGEST = 40, 4000


@dataclass(frozen=True)
class Again:
    """How somebody goes on."""

    is_sending: bool
    url: str
    fields: tuple[tuple[str, str], ...] = ()


def how_to_go_on(request: HttpRequest) -> Again:
    """Open the page again, send the form again, or go back to where it was filled in."""
    here = escape_leading_slashes(request.get_full_path())
    if request.method in {"GET", "HEAD"}:
        return Again(is_sending=False, url=here)
    fields = _fields(request)
    if fields:
        return Again(is_sending=True, url=here, fields=fields)
    return Again(is_sending=True, url=_came_from(request))


def in_short(request: HttpRequest, *, kind: str) -> HttpResponse | None:
    """The answer for whoever asked for no page: a script, a part of a page, a carrier."""
    by_itself = "X-By-Itself" in request.headers
    if request.headers.get("HX-Request") == "true":
        answer = HttpResponse(content_type="text/plain; charset=utf-8")
        if (
            request.headers.get("HX-Boosted") == "true"
            and request.method == "GET"
            and not by_itself
        ):
            # Somebody pressed a link: they see the page that tells them, and not silence.
            answer.headers["HX-Redirect"] = escape_leading_slashes(request.get_full_path())
    elif kind == "hooks":
        answer = HttpResponse("503 Service Unavailable", content_type="text/plain")
    elif by_itself or request.headers.get("Accept", "").startswith("application/json"):
        with translation.override(translation.get_language_from_request(request)):
            words = _(
                "ただいまつながりにくくなっています。少し待ってから、もう一度押してください。"
            )
        answer = JsonResponse({"words": words, "again_in": SECONDS})
    else:
        return None
    answer.status_code = 503
    answer.headers["Retry-After"] = str(SECONDS)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def forget_changes(request: HttpRequest) -> None:
    """As after a fault of ours, a session that was changed halfway is not written down."""
    session: Any = getattr(request, "session", None)
    if session is not None:
        session.modified = False


def _fields(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """What was sent, where sending it twice does nothing twice; empty where nobody can be sure."""
    try:
        given, files = request.POST, request.FILES
    except Exception:  # noqa: BLE001 - a body that cannot be read is nothing to send again
        return ()
    if files or "csrfmiddlewaretoken" not in given or not any(given.get(key) for key in KEYS):
        return ()
    fields = tuple((name, value) for name, values in given.lists() for value in values)
    if len(fields) > MOST_FIELDS or sum(len(name) + len(value) for name, value in fields) > LONGEST:
        return ()
    return () if any("password" in name or "code" in name for name, _value in fields) else fields


def _came_from(request: HttpRequest) -> str:
    """The page of our own on which the form was, or the first one."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.META.get("HTTP_HOST", "")}):
        return "/"
    parts = urlsplit(referrer)
    found = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return escape_leading_slashes(found or "/")
