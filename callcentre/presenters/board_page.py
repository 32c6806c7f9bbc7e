"""The supervisor's board in words."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from callcentre.board import Board, Seat
from callcentre.models import Call, CallNote, DeskState

TONES = {"ready": "positive", "on_call": "info", "wrap_up": "caution", "away": "neutral"}


@dataclass(frozen=True)
class SeatLine:
    """One operator's line."""

    seat: Seat

    @property
    def state(self) -> str:
        """What they are doing."""
        return str(DeskState.State(self.seat.state).label)

    @property
    def direction(self) -> str:
        """Which way the call goes, where there is one."""
        return str(Call.Direction(self.seat.direction).label) if self.seat.direction else ""

    @property
    def tone(self) -> str:
        """The badge's tone."""
        return TONES[self.seat.state]

    @property
    def since(self) -> datetime:
        """Since when."""
        return datetime.fromisoformat(self.seat.since)


@dataclass(frozen=True)
class BoardPage:
    """Everything the template places."""

    board: Board

    @cached_property
    def seats(self) -> list[SeatLine]:
        """Everybody at a desk."""
        return [SeatLine(one) for one in self.board.seats]

    @property
    def states(self) -> list[tuple[str, int, str]]:
        """How many are in each state."""
        return [
            (str(state.label), sum(one.state == state for one in self.board.seats), TONES[state])
            for state in DeskState.State
        ]

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """Today's calls by what came of them, the most frequent first."""
        found = [(str(CallNote.Outcome(one).label), n) for one, n in self.board.outcomes.items()]
        return sorted(found, key=lambda pair: -pair[1])

    @property
    def handling(self) -> str:
        """The average handling time, as minutes and seconds."""
        minutes, seconds = divmod(self.board.calls.handling_seconds, 60)
        return f"{minutes}:{seconds:02d}"

    @property
    def done(self) -> list[tuple[str, int]]:
        """What was done by telephone today."""
        words = {"claimed": _("予約"), "moved": _("変更"), "cancelled": _("取消")}
        return [(words[what], self.board.done.get(what, 0)) for what in words]

    @property
    def left(self) -> tuple[int, int]:
        """What is left everywhere: by telephone, on the web."""
        places = self.board.places
        return sum(one.phone for one in places), sum(one.web for one in places)
