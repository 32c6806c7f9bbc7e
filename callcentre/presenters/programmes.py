"""Which programme an operator books in: the first in which something is open, or another (事業)."""

from dataclasses import dataclass
from datetime import date

from booking.models import Reservation
from booking.programme_choice import several
from booking.rulebook import rulebook
from callcentre.desk import Card
from callcentre.presenters import picking
from callcentre.presenters.errand import BOOK, CANCEL, MOVE, Errand


@dataclass(frozen=True)
class ProgrammeTab:
    """One programme to change over to while booking."""

    name: str
    url: str
    is_current: bool


def programme_of(errand: Errand, card: Card, *, today: date) -> int | None:
    """The programme of an errand; None where there is only one, so that nothing is asked."""
    if not several():
        return None
    if errand.kind in {MOVE, CANCEL}:
        found = (one for one in card.reservations if one.pk == errand.reservation_id)
        return next((one.programme_id for one in found), None)
    running = [one.pk for one in rulebook().running]
    if errand.programme_id in running:
        return errand.programme_id
    unbooked = (pk for pk in running if picking.unbooked(card.reservations, pk, today=today))
    return next(unbooked, running[0] if running else None)


def live_of(errand: Errand, card: Card) -> tuple[Reservation, ...]:
    """The reservations of the errand's programme; all, where there is only one."""
    found = card.reservations
    return tuple(one for one in found if errand.programme_id in {None, one.programme_id})


def tabs(errand: Errand) -> list[ProgrammeTab]:
    """Every programme that runs, while somebody is booked; nothing where there is one."""
    if errand.programme_id is None or errand.kind != BOOK:
        return []
    return [
        ProgrammeTab(
            one.said,
            Errand(errand.party_id, BOOK, programme_id=one.pk).url(),
            is_current=one.pk == errand.programme_id,
        )
        for one in rulebook().running
    ]
