"""Rules: may a reservation still be changed, and what may become of the later doses.

Pure decisions; no clock, no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Terms:
    """What a programme allows after booking."""

    change_until_hours: int
    cancel_until_hours: int
    most_moves: int | None = None
    staff_may_pass: bool = True
    later_dose: str = "fits"


class Limit(StrEnum):
    """Why somebody may not do it by themselves any more."""

    BEGUN = "begun"
    LATE = "late"
    MOVES = "moves"


# Why an operator helps beyond a limit; kept with the event.
PASS_REASONS: Final[dict[str, Promise]] = {
    "illness": gettext_lazy("体調・けが"),
    "venue_side": gettext_lazy("会場・区の都合"),
    "transport": gettext_lazy("交通・天候"),
    "care": gettext_lazy("介護・付き添いの都合"),
    "mistake": gettext_lazy("予約の誤りを直す"),
    "other": gettext_lazy("その他"),
}


def move_limit(terms: Terms, *, starts_at: datetime, moves: int, at: datetime) -> Limit | None:
    """Which limit stands against moving; the firmest first."""
    if at >= starts_at:
        return Limit.BEGUN
    if at >= starts_at - timedelta(hours=terms.change_until_hours):
        return Limit.LATE
    if terms.most_moves is not None and moves >= terms.most_moves:
        return Limit.MOVES
    return None


def cancel_limit(terms: Terms, *, starts_at: datetime, at: datetime) -> Limit | None:
    """Which limit stands against cancelling."""
    if at >= starts_at:
        return Limit.BEGUN
    if at >= starts_at - timedelta(hours=terms.cancel_until_hours):
        return Limit.LATE
    return None


class Later(StrEnum):
    """What becomes of the later doses when an earlier one is cancelled."""

    KEEP = "keep"
    CANCEL = "cancel"
    MOVE = "move"


@dataclass(frozen=True)
class LaterChoices:
    """What may be chosen, and why keeping may not."""

    allowed: tuple[Later, ...]
    why_not_kept: str = ""
    not_before: date | None = None  # the first day to which the later dose may be moved


def later_choices(
    setting: str,
    *,
    cancelled: int,
    later: Sequence[tuple[int, date]],
    apart: int,
    since: date | None,
) -> LaterChoices:
    """What may become of the doses after the cancelled one, each (dose, day) of `later`.

    `since` is the first day on which the cancelled dose can be had instead; None where none can.
    """
    if not later:
        return LaterChoices(())
    dose, day = min(later)
    move = (Later.MOVE,) if len(later) == 1 else ()
    words = {"dose": cancelled, "next": dose, "days": apart}
    if setting == "never":
        why = _("%(dose)s回目を取り消すと、%(next)s回目だけを残すことはできません。") % words
        return LaterChoices((Later.CANCEL,), why)
    if setting == "any":
        return LaterChoices((Later.KEEP, *move, Later.CANCEL))
    if since is None:
        why = _(
            "%(dose)s回目をいま取り直せる日がないため、%(next)s回目だけを残すことはできません。"
        )
        return LaterChoices((Later.CANCEL,), why % words)
    earliest = since + timedelta(days=apart)
    if earliest <= day:
        return LaterChoices((Later.KEEP, *move, Later.CANCEL), not_before=earliest)
    why = _(
        "%(dose)s回目と%(next)s回目のあいだは%(days)s日以上必要です。%(dose)s回目をいまから"
        "取り直せる日では間に合わないため、%(next)s回目をそのまま残すことはできません。"
    )
    return LaterChoices((*move, Later.CANCEL), why % words, earliest)
