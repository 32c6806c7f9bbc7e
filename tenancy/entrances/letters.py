"""Before Django reads a request: its form is written in UTF-8, or it is not read at all (T12, R22).

Django takes any codec that a Content-Type names, a cipher of letters or a packer of bytes too, while
it makes its request object; what that codec then raises is caught by nobody. No page of ours and
no carrier sends another charset than UTF-8.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.utils.http import parse_header_parameters

Environment = dict[str, Any]
Wsgi = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]

LETTERS: Final = frozenset({"utf-8", "utf8"})
REFUSAL: Final = b"415 Unsupported Media Type"
HEADERS: Final = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", str(len(REFUSAL))),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
]


class Letters:
    """Serves an application; a Content-Type that is not to be read is answered with 415."""

    def __init__(self, application: Wsgi) -> None:
        self.application = application

    def __call__(
        self, environment: Environment, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Hand the request on, or refuse it."""
        if is_readable(environment.get("CONTENT_TYPE") or ""):
            return self.application(environment, start_response)
        start_response(REFUSAL.decode(), list(HEADERS))
        return [REFUSAL]


def is_readable(kind: str) -> bool:
    """Whether this Content-Type can be taken apart and names no other charset than UTF-8."""
    try:
        _, parameters = parse_header_parameters(kind)
    except (ValueError, LookupError):
        return False
    return parameters.get("charset", "utf-8").strip().lower() in LETTERS
