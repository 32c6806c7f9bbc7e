"""What somebody sent before they were asked for the second factor again, to send it once more.

It goes to the page and back, signed for this person and for ten minutes; the server keeps nothing.
"""

from dataclasses import dataclass
from typing import Final

from django.core import signing
from django.http import HttpRequest

from tenancy.models import Staff

SALT: Final = "privacy.kept_posts"
LASTS: Final = 600  # seconds


@dataclass(frozen=True)
class KeptPost:
    """Where it was sent, what, and from which page."""

    path: str
    pairs: tuple[tuple[str, str], ...]
    back: str


def of(request: HttpRequest) -> KeptPost:
    """What this request has sent, without its token."""
    pairs = tuple(
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in map(str, values)
    )
    return KeptPost(request.get_full_path(), pairs, _page_before(request))


def wrapped(kept: KeptPost, *, staff: Staff) -> str:
    """It as one field of a form."""
    told = [str(staff.pk), kept.path, kept.pairs, kept.back]
    return signing.dumps(told, salt=SALT, compress=True)


def opened(text: str, *, staff: Staff) -> KeptPost | None:
    """It again; None where it is somebody else's, too old, or nobody's of ours."""
    try:
        whose, path, pairs, back = signing.loads(text, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    if whose != str(staff.pk):
        return None
    return KeptPost(path, tuple((name, value) for name, value in pairs), back)


def _page_before(request: HttpRequest) -> str:
    given = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    return given[len(here) - 1 :] if given.startswith(here) else "/"
