"""A resident's own reservations, with what may still be done to each (予約の確認)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking import change_limits, reservations
from booking.change_limits import Limit, Terms
from booking.models import Reservation
from booking.presenters.visits import Visit
from booking.rulebook import Course, NoCourse, rulebook


@dataclass(frozen=True)
class MyVisit(Visit):
    """A live reservation and its limits."""

    terms: Terms
    moves: int
    at: datetime

    @property
    def is_past(self) -> bool:
        """Whether the time has come and gone."""
        return self.starts_at <= self.at

    @property
    def move_limit(self) -> Limit | None:
        """What stands against changing it online."""
        starts_at = self.starts_at
        return change_limits.move_limit(
            self.terms, starts_at=starts_at, moves=self.moves, at=self.at
        )

    @property
    def can_move(self) -> bool:
        """Whether the time may still be changed online."""
        return self.move_limit is None

    @property
    def no_move_words(self) -> str | Promise:
        """Why it may not."""
        if self.move_limit == Limit.MOVES:
            return reservations.TooManyMoves.words
        return _("日時を変更できる期限を過ぎました。コールセンターにお電話ください。")

    @property
    def moves_left(self) -> int | None:
        """How often it may still be changed online; None where that is not limited."""
        most = self.terms.most_moves
        return None if most is None else max(0, most - self.moves)

    @property
    def can_cancel(self) -> bool:
        """Whether it may still be cancelled online."""
        return change_limits.cancel_limit(self.terms, starts_at=self.starts_at, at=self.at) is None

    @property
    def move_until(self) -> datetime:
        """The last moment for changing."""
        return self.starts_at - timedelta(hours=self.terms.change_until_hours)


def my_visits(found: list[Reservation], *, at: datetime) -> list[MyVisit]:
    """Live reservations in order of the dose."""
    book, made = rulebook(), {}
    if any(
        book.change_terms(one.slot.opening.programme_id).most_moves is not None for one in found
    ):
        made = reservations.moves_made(found[0].resident_id)
    return [
        MyVisit(
            one,
            book.change_terms(one.slot.opening.programme_id),
            made.get((one.slot.opening.programme_id, one.dose_number), 0),
            at,
        )
        for one in found
    ]


def missing_doses(found: list[Reservation]) -> list[int]:
    """Doses of the course that no live reservation stands for; none where nothing is held."""
    if not found:
        return []
    course = _course(found[0])
    wanted = range(1, (course.doses if course else 1) + 1)
    return sorted(set(wanted) - {one.dose_number for one in found})


def _course(reservation: Reservation) -> Course | None:
    opening = reservation.slot.opening
    try:
        return rulebook().course(opening.vaccine_id, opening.day, opening.programme_id)
    except NoCourse:
        return None
