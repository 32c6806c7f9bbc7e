"""The house's own questions, on the listener of each process: is it alive, may it get requests.

They are answered for the names of the doors and only to who came straight to the process: nginx puts
X-Forwarded-For on whatever it passes on, and knows no such host (deploy/hosts.map).
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db import connections
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST

from config import counting, gauges, readiness
from shared import metrics

# Prometheus calls a door by its service's name; no municipality's host is without a dot.
HOSTS: Final = frozenset({"inside", "web", "desk", "live", "hooks"})
NOT_KEPT: Final = (("Cache-Control", "no-store"),)
Environment = dict[str, Any]
Wsgi = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]


def _of_this_container() -> bytes:
    counting.count_pools()
    return metrics.told()


TOLD: Final[dict[str, Callable[[], bytes]]] = {
    "/metrics": _of_this_container,
    "/metrics/house": lambda: gauges.told(at=timezone.now()),
}


class Inside:
    """Answers /livez, /readyz and the metrics itself; passes everything else on."""

    def __init__(self, application: Wsgi) -> None:
        self.application = application

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Alive asks nobody; ready asks the database, and once whether it is at our migrations."""
        host = environ.get("HTTP_HOST", "").partition(":")[0]
        if host not in HOSTS or "HTTP_X_FORWARDED_FOR" in environ:
            return self.application(environ, start_response)
        path = environ.get("PATH_INFO", "")
        if path == "/livez":
            return _said(start_response, "204 No Content")
        if path == "/readyz":
            missing = _missing()
            if not missing:
                return _said(start_response, "204 No Content")
            return _said(start_response, "503 Service Unavailable", missing)
        if path in TOLD:
            try:
                body = TOLD[path]()
            finally:
                _give_back()
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST), *NOT_KEPT])
            return [body]
        return _said(start_response, "404 Not Found")


def _missing() -> str:
    try:
        return readiness.missing()
    finally:
        _give_back()


def _give_back() -> None:
    for alias in connections:
        connections[alias].close()  # back to its pool: no request of Django's ends here


def _said(start_response: Callable[..., Any], status: str, words: str = "") -> Iterable[bytes]:
    body = words.encode()
    length = [] if status.startswith("204") else [("Content-Length", str(len(body)))]
    kind = [("Content-Type", "text/plain; charset=utf-8")] if body else []
    start_response(status, [*kind, *length, *NOT_KEPT])
    return [body] if body else []
