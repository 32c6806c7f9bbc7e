"""The house's own questions, on the listener of each process: is it alive, may it get requests.

They are answered for the host `inside` and only to who came straight to the process: nginx puts
X-Forwarded-For on whatever it passes on, and knows no host of that name (deploy/hosts.map).
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db import connections

from config import readiness

HOST: Final = "inside"
Environment = dict[str, Any]
Wsgi = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]


class Inside:
    """Answers /livez and /readyz itself; passes everything else on."""

    def __init__(self, application: Wsgi) -> None:
        self.application = application

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Alive asks nobody; ready asks the database, and once whether it is at our migrations."""
        host = environ.get("HTTP_HOST", "").partition(":")[0]
        if host != HOST or "HTTP_X_FORWARDED_FOR" in environ:
            return self.application(environ, start_response)
        path = environ.get("PATH_INFO", "")
        if path == "/livez":
            return _said(start_response, "204 No Content")
        if path == "/readyz":
            missing = _missing()
            if not missing:
                return _said(start_response, "204 No Content")
            return _said(start_response, "503 Service Unavailable", missing)
        return _said(start_response, "404 Not Found")


def _missing() -> str:
    try:
        return readiness.missing()
    finally:
        for alias in connections:
            connections[alias].close()  # back to its pool: no request of Django's ends here


def _said(start_response: Callable[..., Any], status: str, words: str = "") -> Iterable[bytes]:
    body = words.encode()
    length = [] if status.startswith("204") else [("Content-Length", str(len(body)))]
    kind = [("Content-Type", "text/plain; charset=utf-8")] if body else []
    start_response(status, [*kind, *length, ("Cache-Control", "no-store")])
    return [body] if body else []
