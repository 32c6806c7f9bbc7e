"""Calm pages for what went wrong, each with a number to say on the telephone."""

import logging
import secrets
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.security import SecurityMiddleware
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from shared.database import will_pass
from shared.masthead import Masthead
from shared.views import unanswered as again

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """400: what was sent cannot be read."""
    return _page(request, status=400)


def forbidden(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """403: this page is not for this account."""
    return _page(request, status=403)


def csrf_failure(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """403 with other words: the page was open too long, or cookies are off."""
    return _page(request, status=403, template="403_csrf.html")


def not_found(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """404: nothing here, and no word on whether it is elsewhere."""
    return _page(request, status=404)


def conflict(request: HttpRequest, **facts: Any) -> HttpResponse:
    """409: someone was faster, or it has been done already."""
    return _page(request, status=409, **facts)


def too_many(request: HttpRequest, **facts: Any) -> HttpResponse:
    """429: too many tries from here; the page says to wait or to telephone."""
    return _page(request, status=429, **facts)


def fault(request: HttpRequest) -> HttpResponse:
    """500: our fault; the number finds the report. 503 where the database did not answer.

    Nothing is asked of the database here: it may be what has failed.
    """
    if will_pass(sys.exc_info()[1]):
        return unanswered(request)
    reference = reference_of(request)
    logger.error("fault", exc_info=True, extra={"request_id": reference})  # noqa: LOG014 - Django calls us in its handler
    served = getattr(request, "municipality", None)
    facts = {"reference": reference, "masthead": Masthead(name=getattr(served, "name", "Waku"))}
    return HttpResponse(render_to_string("500.html", facts), status=500)


def unanswered(request: HttpRequest) -> HttpResponse:
    """503 while the database does not answer: what was sent may be sent again (R02, R10, R12)."""
    reference = reference_of(request)
    logger.error("unanswered", exc_info=True, extra={"request_id": reference})  # noqa: LOG014 - as fault()
    again.forget_changes(request)
    kind = str(getattr(request, "host_kind", "resident"))
    if short := again.in_short(request, kind=kind):
        return short
    return _standing(
        "503_again.html",
        getattr(request, "municipality", None),
        translation.get_language_from_request(request),
        kind=kind,
        seconds=again.SECONDS,
        again=again.how_to_go_on(request),
        reference=reference,
    )


def stopped(request: HttpRequest, *, municipality: Any, kind: str) -> HttpResponse:
    """503 while a municipality's data moves or is restored: nothing is asked of the database."""
    language = translation.get_language_from_request(request)
    return _standing("503_stopped.html", municipality, language, kind=kind, seconds=30)


def busy(municipality: Any, *, language: str, is_sending: bool) -> HttpResponse:
    """503 while too many ask at once: what was sent was not taken, and one may press again."""
    return _standing(
        "503_busy.html", municipality, language, kind="resident", seconds=10, is_sending=is_sending
    )


def language_of(accepted: str) -> str:
    """The language of a browser that has no session yet."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(request)


class _Nobody(HttpRequest):
    """For the headers of a page that is the same for everybody."""

    def is_secure(self) -> bool:
        return True


def _standing(
    template: str, municipality: Any, language: str, *, kind: str, seconds: int, **facts: Any
) -> HttpResponse:
    """A page that needs neither session nor database, dressed in the headers of every page."""
    with translation.override(language):
        name = "name_en" if language.startswith("en") else "name"
        known = {
            "masthead": Masthead(name=getattr(municipality, name, "Waku"), variant=kind),
            "seconds": seconds,
            **facts,
        }
        page = HttpResponse(render_to_string(template, known), status=503)
    page.headers["Retry-After"] = str(seconds)
    return dressed(page, language=language)


def dressed(page: HttpResponse, *, language: str) -> HttpResponse:
    """A page that is prepared outside of Django's middleware, in the headers of every page."""
    page.headers["Cache-Control"] = "no-store"
    page.headers["Content-Language"] = language
    wearing: Any = lambda _request: page  # noqa: E731 - the innermost of three
    for middleware in (
        XFrameOptionsMiddleware, ContentSecurityPolicyMiddleware, SecurityMiddleware,
    ):  # fmt: skip
        wearing = middleware(wearing)
    answer: HttpResponse = wearing(_Nobody())
    return answer


def reference_of(request: HttpRequest) -> str:
    """The number of this request: the one the logs carry, or a new one that is logged now."""
    known: str = getattr(request, "request_id", "")
    if known:
        return known
    reference = secrets.token_hex(4).upper()
    logger.warning("error page shown", extra={"request_id": reference})
    return reference


def _page(request: HttpRequest, *, status: int, template: str = "", **facts: Any) -> HttpResponse:
    facts = {"reference": reference_of(request), "status": status} | facts
    return render(request, template or f"{status}.html", facts, status=status)
