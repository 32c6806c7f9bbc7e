"""A resident's own reservations, with what may still be done to each (予約の確認)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.models import BookingRules, Reservation
from booking.presenters.visits import Visit
from booking.rulebook import Course, NoCourse, rulebook


@dataclass(frozen=True)
class MyVisit(Visit):
    """A live reservation and its cut-offs."""

    rules: BookingRules
    at: datetime

    @property
    def is_past(self) -> bool:
        """Whether the time has come and gone."""
        return self.starts_at <= self.at

    @property
    def can_move(self) -> bool:
        """Whether the time may still be changed online."""
        return self.at < self.starts_at - timedelta(hours=self.rules.change_until_hours)

    @property
    def can_cancel(self) -> bool:
        """Whether it may still be cancelled online."""
        return self.at < self.starts_at - timedelta(hours=self.rules.cancel_until_hours)

    @property
    def move_until(self) -> datetime:
        """The last moment for changing."""
        return self.starts_at - timedelta(hours=self.rules.change_until_hours)

    @property
    def cancel_until(self) -> datetime:
        """The last moment for cancelling."""
        return self.starts_at - timedelta(hours=self.rules.cancel_until_hours)


def my_visits(found: list[Reservation], *, at: datetime) -> list[MyVisit]:
    """Live reservations in order of the dose."""
    rules = rulebook().rules
    return [MyVisit(one, rules, at) for one in found]


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
