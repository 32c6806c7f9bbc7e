"""A resident's own reservations, with what may still be done to each (予約の確認)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking import change_limits, reservations
from booking.change_limits import Limit, Terms
from booking.dose_addresses import DoseOf
from booking.models import Reservation
from booking.pairing import PairRule
from booking.presenters.programmes import said
from booking.presenters.visits import Visit
from booking.programme_choice import most_doses, several
from booking.rulebook import Course, NoCourse, rulebook
from shared.calendar import day_of

MOST_DOSES = 9


@dataclass(frozen=True)
class MyVisit(Visit):
    """A live reservation and its limits."""

    terms: Terms
    moves: int
    at: datetime

    @property
    def address(self) -> DoseOf:
        """How addresses name it."""
        programme_id = self.reservation.programme_id
        return DoseOf(self.dose_number, programme_id if several() else None)

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


@dataclass(frozen=True)
class Missing:
    """A dose that could be booked beside what is held, or the first of another programme."""

    programme_id: int
    dose_number: int
    is_other: bool  # nothing of this programme is held

    @property
    def address(self) -> DoseOf:
        """How addresses name it."""
        return DoseOf(self.dose_number, self.programme_id if several() else None)

    @property
    def programme(self) -> str:
        """The programme's name, where there are several."""
        return said(self.programme_id)


def missing(found: list[Reservation], *, at: datetime) -> list[Missing]:
    """What could still be booked, as each programme's pair rule says; none where nothing is held."""
    if not found:
        return []
    by_programme: dict[int, list[Reservation]] = {}
    for one in found:
        by_programme.setdefault(one.programme_id, []).append(one)
    beside = [
        Missing(programme_id, dose, is_other=False)
        for programme_id, held in by_programme.items()
        for dose in _missing_of(held, at=at)
    ]
    others = [
        Missing(one.pk, 1, is_other=True)
        for one in rulebook().running
        if one.pk not in by_programme and _may_begin(one.pk, at=at)
    ]
    return beside + others


def _missing_of(held: list[Reservation], *, at: datetime) -> list[int]:
    opening, course = held[0].slot.opening, _course(held[0])
    days = {one.dose_number: one.slot.opening.day for one in held}
    doses = sorted(set(range(1, (course.doses if course else 1) + 1)) - set(days))
    rule = rulebook().terms(opening.programme_id, opening.day).pair_rule
    if rule == PairRule.FIRST_ONLY:
        return [dose for dose in doses if dose == 1]
    if rule == PairRule.IN_TURN:
        today = day_of(at)
        return [dose for dose in doses if dose == 1 or days.get(dose - 1, date.max) <= today]
    return doses if rule != PairRule.TOGETHER or len(doses) == 1 else []


def _may_begin(programme_id: int, *, at: datetime) -> bool:
    """Whether the first dose can be booked alone: where all go together one signs in to book."""
    rule = rulebook().terms(programme_id, day_of(at)).pair_rule
    return rule != PairRule.TOGETHER or most_doses(programme_id) == 1


def _course(reservation: Reservation) -> Course | None:
    opening = reservation.slot.opening
    try:
        return rulebook().course(opening.vaccine_id, opening.day, opening.programme_id)
    except NoCourse:
        return None
