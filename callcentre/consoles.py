"""Verbs on consoles: sit down, go on, take over from one's own other window (電話受付の画面).

An operator works in one window; a second one is read only until it takes over. What a window that
was left has missed is told to it at once through its own topic of the live socket.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from callcentre.models import Console
from callcentre.refusals import Refused
from tenancy import live
from tenancy.current import municipality_atomic
from tenancy.models import Staff

QUIET: Final = timedelta(seconds=75)  # three beats missed: the window is closed
NOTED_EVERY: Final = timedelta(seconds=20)


class UsedElsewhere(Refused):
    """Another window of the same operator is at work."""

    words = _(
        "電話受付は別のウィンドウで使用中です。この画面で続けるときは「ここで使う」を押してください。"
    )


@dataclass(frozen=True)
class Seat:
    """Who asks: the sign-in of the session, and the window as its page names itself."""

    sign_in: str
    window: str = ""


def works_here(seat: Seat, *, by: Staff, at: datetime) -> bool:
    """Whether this window may work: it does already, or no other is alive."""
    row = Console.objects.filter(staff=by).first()
    return row is None or _may_sit(row, seat, by=by, at=at)


def sit(*, seat: Seat, by: Staff, at: datetime) -> bool:
    """Work here, or go on working; False where another window is at work."""
    row = Console.objects.filter(staff=by).first()
    if row is not None and _is_own(row, seat) and at < row.seen_at + NOTED_EVERY:
        return row.window == seat.window or not seat.window or _name(seat, by=by, at=at)
    with municipality_atomic():
        row = _hold(by, at=at)
        if row.sign_in and not _may_sit(row, seat, by=by, at=at):
            return False
        _seat(row, seat, at=at)
    return True


def take(*, seat: Seat, by: Staff, at: datetime) -> None:
    """Work here from now on; the other window may only read, and hears it at once."""
    with municipality_atomic():
        _seat(_hold(by, at=at), seat, at=at)
        tell(by, {"what": "console"}, at=at)


def leave(*, by: Staff) -> None:
    """The operator signed out."""
    Console.objects.filter(staff=by).delete()


def tell(staff: Staff, news: dict[str, Any], *, at: datetime) -> None:
    """Something happened to what this operator is doing: their windows hear of it."""
    live.publish(topic=topic_of(staff), body={**news, "at": at.isoformat()}, at=at)


def topic_of(staff: Staff) -> str:
    """The operator's own topic; nobody else may watch it."""
    return f"desk.{staff.pk}"


def news_of(staff: Staff) -> tuple[int, dict[str, Any]]:
    """The newest news of this operator's desk, and its sequence."""
    found = live.find(topic_of(staff))
    return (found.seq, found.body) if found else (0, {})


def _hold(by: Staff, *, at: datetime) -> Console:
    Console.objects.get_or_create(staff=by, defaults={"sign_in": "", "seen_at": at})
    return Console.objects.select_for_update().get(staff=by)


def _seat(row: Console, seat: Seat, *, at: datetime) -> None:
    keeps_name = row.sign_in == seat.sign_in and not seat.window
    row.sign_in, row.seen_at = seat.sign_in, at
    row.window = row.window if keeps_name else seat.window
    row.save(update_fields=["sign_in", "window", "seen_at"])


def _name(seat: Seat, *, by: Staff, at: datetime) -> bool:
    """A window that has sat down without a name says it now."""
    with municipality_atomic():
        row = _hold(by, at=at)
        if not _is_own(row, seat):
            return False
        _seat(row, seat, at=at)
    return True


def _is_own(row: Console, seat: Seat) -> bool:
    is_named = bool(row.window and seat.window)
    return row.sign_in == seat.sign_in and (not is_named or row.window == seat.window)


def _may_sit(row: Console, seat: Seat, *, by: Staff, at: datetime) -> bool:
    is_gone = row.sign_in not in by.sign_ins or at >= row.seen_at + QUIET
    return is_gone or _is_own(row, seat)
