"""What somebody sent after their session had ended, laid by until they are back (保管).

Sealed in the browser's new session for the one whose session it was, for half an hour. Secrets,
files and what is too long are not laid by: then the page says that nothing was kept.
"""

import base64
import binascii
import json
from datetime import datetime
from typing import Final

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from privacy import kept_posts, sealing
from privacy.kept_posts import KeptPost
from tenancy.models import Staff
from tenancy.sessions import WAS

KEY: Final = "laid_by"
LASTS: Final = 1800  # seconds
LONGEST: Final = 64 * 1024  # bytes
FORM: Final = "application/x-www-form-urlencoded"
SECRETS: Final = ("password", "token")


def lay_by(request: HttpRequest, *, at: datetime) -> bool:
    """Keep what this request has sent; False where it must not be kept."""
    if request.content_type != FORM or len(request.body) > LONGEST:
        return False
    post = kept_posts.of(request)
    if any(secret in name for name, _value in post.pairs for secret in SECRETS):
        return False
    whose = str(request.session[WAS])
    text = json.dumps([post.path, post.pairs, post.back, at.timestamp()])
    sealed = sealing.seal(text, table="session", column=KEY, row=whose)
    request.session[KEY] = base64.b64encode(sealed).decode("ascii")
    return True


def waiting(session: SessionBase, *, staff: Staff, at: datetime) -> KeptPost | None:
    """What waits for this person; None, and gone, where it is somebody else's or too old."""
    post = _opened(session.get(KEY), staff, at=at)
    if post is None:
        session.pop(KEY, None)
    return post


def drop(session: SessionBase) -> None:
    """It has been sent, or is not wanted any more."""
    session.pop(KEY, None)


def words(post: KeptPost) -> list[str]:
    """What was written in it, as far as it is text of people and not of forms."""
    return [value for _name, value in post.pairs if not value.isascii() or " " in value.strip()]


def _opened(kept: str | None, staff: Staff, *, at: datetime) -> KeptPost | None:
    try:
        sealed = base64.b64decode(kept or "", validate=True)
        text = sealing.unseal(sealed, table="session", column=KEY, row=str(staff.pk))
    except (binascii.Error, sealing.CannotOpen):
        return None
    path, pairs, back, moment = json.loads(text)
    if not 0 <= at.timestamp() - moment <= LASTS:
        return None
    return KeptPost(path, tuple((name, value) for name, value in pairs), back)
