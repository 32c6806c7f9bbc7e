"""HTTP: the municipality comes from the exact host, nothing else."""

import re
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseNotFound,
)

from shared.views import errors
from tenancy import current, municipalities
from tenancy.directory.models import Host

URLCONFS = {
    Host.Kind.RESIDENT: ("web", "config.urls_resident"),
    Host.Kind.STAFF: ("desk", "config.urls_staff"),
    Host.Kind.HOOKS: ("hooks", "config.urls_hooks"),
}
HOST = re.compile(r"^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?$")


def host_name(given: str) -> str | None:
    """The host in small letters without its port, or None when it is not a plain name."""
    match = HOST.match(given.lower())
    return match.group(1) if match else None


class MunicipalityMiddleware:
    """Serves the municipality of the request's host; an unknown host finds nothing.

    The municipality is forgotten at request_finished, not when this middleware returns: a
    streaming answer may still be read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        name = host_name(request.META.get("HTTP_HOST", ""))
        try:
            found, kind = municipalities.find_by_host(name or "-")
        except municipalities.MunicipalityStopped as stopped:
            return self._stopped(request, stopped)
        except municipalities.UnknownMunicipality:
            return HttpResponseNotFound("404 Not Found", content_type="text/plain")
        door, urlconf = URLCONFS[Host.Kind(kind)]
        if door not in settings.WAKU_DOORS:
            return HttpResponseNotFound("404 Not Found", content_type="text/plain")
        current.serve(found)
        request.municipality = found  # type: ignore[attr-defined]
        request.host_kind = kind  # type: ignore[attr-defined]
        request.urlconf = urlconf
        return self.get_response(request)

    def _stopped(
        self, request: HttpRequest, stopped: municipalities.MunicipalityStopped
    ) -> HttpResponse:
        """What the page looks like is no municipality's; everything else waits."""
        if request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            return cast(HttpResponse, self.get_response(request))
        _door, request.urlconf = URLCONFS[Host.Kind(stopped.kind)]
        return errors.stopped(request, municipality=stopped.municipality, kind=stopped.kind)


class SameOriginMiddleware:
    """Refuses what no page of ours sends: other methods, changes from another site (T23)."""

    KNOWN = frozenset({"GET", "HEAD", "POST"})
    SAFE = frozenset({"GET", "HEAD"})
    OWN = frozenset({"", "same-origin", "none"})

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if request.method not in self.KNOWN:
            return HttpResponseNotAllowed(sorted(self.KNOWN))
        site = request.headers.get("Sec-Fetch-Site", "")
        if request.method not in self.SAFE and site not in self.OWN:
            return HttpResponse("403 Forbidden", status=403, content_type="text/plain")
        return self.get_response(request)
