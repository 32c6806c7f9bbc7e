"""How long a staff session lives, and when it is dead (ログインの有効期間).

A session is bound to the account's password and auth_epoch by Django's own seal (see
Staff._get_session_auth_hash), ends when idle or old as the municipality has set it (at first 30
minutes and 12 hours: session_lengths), and when the account has opened two newer ones.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from importlib import import_module
from math import ceil
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    load_backend,
    update_session_auth_hash,
)
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from shared.calendar import day_of
from tenancy import devices, session_lengths, sign_ins
from tenancy.directory.models import Host
from tenancy.models.staff import Staff
from tenancy.pledges import has_pledged
from tenancy.second_factor import is_set_up, was_proved
from tenancy.sign_ins import Origin

SEEN_EVERY: Final = timedelta(minutes=1)  # a write a minute, not a write a request
PARALLEL: Final = 2  # a desk and a tablet; the oldest session ends when a third is opened
OPENED, SEEN, SIGN_IN = "staff_opened_at", "staff_seen_at", "staff_sign_in"
WAS = "staff_was"  # whose session has just ended in this browser; opens nothing
# A page that asks by itself says so with this header; it does not keep a session alive.
BY_ITSELF = "X-By-Itself"
NOWHERE: Final = Origin()


def open_session(
    session: SessionBase, *, staff: Staff, origin: Origin = NOWHERE, at: datetime
) -> None:
    """Begin to count: somebody has just signed in; ends the oldest of too many."""
    session[OPENED] = session[SEEN] = at.timestamp()
    session[SIGN_IN] = secrets.token_hex(8)
    session.pop(WAS, None)
    sign_ins.begin(token=session[SIGN_IN], staff=staff, origin=origin, most=PARALLEL, at=at)


def is_alive(session: SessionBase | Mapping[str, Any], *, at: datetime) -> bool:
    """Whether this session is neither idle for too long nor too old."""
    return seconds_left(session, at=at) > 0


def seconds_left(session: SessionBase | Mapping[str, Any], *, at: datetime) -> int:
    """How long this session lives if nothing is done any more; 0 where it is dead."""
    opened, seen = session.get(OPENED), session.get(SEEN)
    if not isinstance(opened, float) or not isinstance(seen, float):
        return 0
    left = session_lengths.of_staff().ends_at(opened=opened, seen=seen) - at.timestamp()
    return max(0, ceil(left))


def may_go_on(session: SessionBase, *, at: datetime) -> bool:
    """Whether an act moves the end of this living session."""
    return session_lengths.of_staff().may_go_on(opened=session[OPENED], at=at)


def go_on(session: SessionBase, *, at: datetime) -> None:
    """Somebody is still here and says so."""
    session[SEEN] = at.timestamp()
    sign_ins.seen(token=token_of(session), at=at)


def token_of(session: SessionBase) -> str:
    """Which sign-in of its account this session is."""
    return str(session.get(SIGN_IN, ""))


def outlive(request: HttpRequest, staff: Staff) -> None:
    """This session goes on, with another key, through what ends the account's others."""
    update_session_auth_hash(request, staff)
    sign_ins.goes_on(token=token_of(request.session), staff=staff)


def is_among_the_newest(session: SessionBase | Mapping[str, Any], staff: Staff) -> bool:
    """Whether this session is one of the few that the account may have at once."""
    return session.get(SIGN_IN) in staff.sign_ins


def staff_of(session: SessionBase, *, at: datetime) -> Staff | None:
    """Whose session this is; None when it is dead, or the account or its rights have changed."""
    if not is_alive(session, at=at):
        return None
    backend = load_backend(session.get(BACKEND_SESSION_KEY, settings.AUTHENTICATION_BACKENDS[0]))
    staff = backend.get_user(session.get(SESSION_KEY))
    if not isinstance(staff, Staff) or staff.must_change_password:
        return None
    if not is_among_the_newest(session, staff):
        return None
    if not is_set_up(staff) or not was_proved(session, staff) or staff.gap(on=day_of(at)):
        return None
    if not has_pledged(session, staff):
        return None
    seal = session.get(HASH_SESSION_KEY, "")
    return staff if constant_time_compare(seal, staff.get_session_auth_hash()) else None


def find(session_key: str, *, at: datetime) -> Staff | None:
    """Whose session has this key, read anew from the database: for open sockets."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return staff_of(store, at=at)


def living(session_keys: Iterable[str], *, at: datetime) -> dict[str, Staff]:
    """Which of these sessions are alive, and whose: two statements however many sockets ask.

    The second factor is not asked for again: losing it raises auth_epoch, which breaks the seal.
    """
    opened = {
        row.session_key: row.get_decoded()
        for row in Session.objects.filter(session_key__in=set(session_keys), expire_date__gt=at)
    }
    staff = {
        str(row.pk): row
        for row in Staff.objects.select_related("handler").filter(
            pk__in={one[SESSION_KEY] for one in opened.values() if SESSION_KEY in one},
            is_active=True,
        )
    }
    return {
        key: staff[session[SESSION_KEY]]
        for key, session in opened.items()
        if session.get(SESSION_KEY) in staff and _still_holds(session, staff, at=at)
    }


def _still_holds(session: dict[str, Any], staff: dict[str, Staff], *, at: datetime) -> bool:
    row = staff[session[SESSION_KEY]]
    seal = session.get(HASH_SESSION_KEY, "")
    return (
        is_alive(session, at=at)
        and is_among_the_newest(session, row)
        and not row.must_change_password
        and row.gap(on=day_of(at)) is None
        and was_proved(session, row)
        and constant_time_compare(seal, row.get_session_auth_hash())
    )


class StaffSessionMiddleware:
    """Ends idle and old sessions of staff; on other hosts nobody is staff at all."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if getattr(request, "host_kind", None) != Host.Kind.STAFF:
            request.user = AnonymousUser()
        elif SESSION_KEY in request.session:
            self._end_or_go_on(request)
        return self.get_response(request)

    def _end_or_go_on(self, request: HttpRequest) -> None:
        now = timezone.now()
        whose = request.session[SESSION_KEY]  # a broken seal empties the session
        staff = request.user
        works = (
            isinstance(staff, Staff)
            and is_among_the_newest(request.session, staff)
            and staff.gap(on=day_of(now)) is None
        )
        if not works or not is_alive(request.session, at=now):
            request.session.flush()
            request.session[WAS] = whose  # what is sent too late is kept for nobody else
            request.user = AnonymousUser()
            return
        unseen = now.timestamp() - request.session[SEEN]
        if unseen >= SEEN_EVERY.total_seconds() and BY_ITSELF not in request.headers:
            go_on(request.session, at=now)
        request.seconds_left = seconds_left(request.session, at=now)  # type: ignore[attr-defined]


def on_signed_in(request: HttpRequest, user: Staff, **_signal: Any) -> None:
    """Django's signal: a session has been opened for a member of staff."""
    given = request.META
    origin = Origin(
        device=devices.words_of(given.get("HTTP_USER_AGENT", "")),
        network=devices.network_of(given.get("REMOTE_ADDR", "")),
    )
    open_session(request.session, staff=user, origin=origin, at=timezone.now())


def on_signed_out(request: HttpRequest, user: Staff | None, **_signal: Any) -> None:
    """Django's signal: a member of staff is about to leave; the sign-in is over everywhere."""
    if isinstance(user, Staff):
        sign_ins.end(token=token_of(request.session), by=user)
