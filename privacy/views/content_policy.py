"""Door: what a browser reports when a page breaks our content policy (safety.md 6.1)."""

import json
import logging
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shared import metrics
from shared.figures import whole_number
from tenancy.policies import PUBLIC, policy

log = logging.getLogger(__name__)
MOST = 16_384  # bytes; a report is short
SCHEME = re.compile(r"^(?:([a-z][a-z0-9+.-]{0,20}):|inline$|eval$|wasm-eval$)")


@policy(PUBLIC)
@csrf_exempt
@require_POST
def content_policy_report(request: HttpRequest) -> HttpResponse:
    """Write down which rule was broken and by what kind of address; never the address itself.

    Whatever is sent is answered alike, so that nobody learns anything by sending it. A browser
    cannot send our token here; the door changes nothing but a log line.
    """
    length = whole_number(request.headers.get("Content-Length") or "0")
    if length is not None and length <= MOST:
        directive, kind = _what_happened(request.body)
        if directive:
            metrics.POLICY_REPORTS.labels(directive).inc()
            log.warning("content policy broken", extra={"reason": directive, "kind": kind})
    return HttpResponse(status=204)


def _what_happened(body: bytes) -> tuple[str, str]:
    """The broken rule, if it is one of ours, and the scheme of what was kept out."""
    try:
        report = json.loads(body)["csp-report"]
        broken = str(report.get("effective-directive") or report.get("violated-directive"))
        blocked = str(report.get("blocked-uri", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", ""
    base = re.sub(r"-(elem|attr)$", "", broken.split(" ", maxsplit=1)[0])
    if base not in settings.SECURE_CSP:
        return "", ""
    scheme = SCHEME.match(blocked)
    return base, scheme.group(0).rstrip(":") if scheme else "other"
