"""Limits of move and cancel: how often, until when, and who may pass them with which reason."""

from datetime import datetime
from uuid import UUID

from booking import change_limits
from booking.change_limits import PASS_REASONS, Limit, Terms
from booking.models import Reservation
from booking.reservations._questions import moves_made
from booking.reservations._refusals import NotToBePassed, ReasonNeeded, TooLate, TooManyMoves
from booking.rulebook import rulebook
from tenancy.models import Staff
from venues.slot_facts import facts


def move_limit(reservation: Reservation, *, at: datetime) -> Limit | None:
    """Which limit stands against moving this reservation."""
    place = facts(reservation.bucket_id)
    terms, moves = rulebook().change_terms(place.programme_id), 0
    if terms.most_moves is not None:
        made = moves_made(reservation.resident_id)
        moves = made.get((place.programme_id, reservation.dose_number), 0)
    return change_limits.move_limit(terms, starts_at=place.starts_at, moves=moves, at=at)


def cancel_limit(reservation: Reservation, *, at: datetime) -> Limit | None:
    """Which limit stands against cancelling it."""
    terms, place = _terms(reservation), facts(reservation.bucket_id)
    return change_limits.cancel_limit(terms, starts_at=place.starts_at, at=at)


def check_move(
    reservation: Reservation, reason: str, call_id: UUID | None, *, by: Staff | None, at: datetime
) -> Limit | None:
    """The limit that staff pass here, if any; or a refusal. The caller has locked the resident."""
    limit = move_limit(reservation, at=at)
    if limit is None:
        return None
    if by is None or limit == Limit.BEGUN:
        raise TooManyMoves if limit == Limit.MOVES else TooLate
    if call_id is not None:
        _check_pass(reservation)
        if reason not in PASS_REASONS:
            raise ReasonNeeded
    return limit


def check_cancel(
    reservation: Reservation, call_id: UUID | None, *, by: Staff | None, at: datetime
) -> None:
    """Refuse after the cut-off; an operator may help until it begins (the reason is always asked)."""
    limit = cancel_limit(reservation, at=at)
    if limit is None:
        return
    if by is None or limit == Limit.BEGUN:
        raise TooLate
    if call_id is not None:
        _check_pass(reservation)


def _check_pass(reservation: Reservation) -> None:
    if not _terms(reservation).staff_may_pass:
        raise NotToBePassed


def _terms(reservation: Reservation) -> Terms:
    return rulebook().change_terms(facts(reservation.bucket_id).programme_id)
