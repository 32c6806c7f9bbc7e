"""How an errand at the desk begins: with whom, with what, with what is held (手続きの始まり)."""

from dataclasses import replace
from datetime import date

from booking.models import Reservation
from callcentre.desk import Card, Desk
from callcentre.presenters import errand as errands
from callcentre.presenters import picking
from callcentre.presenters.errand import Errand
from callcentre.presenters.picking import ReadBack
from venues.picture import Picture


def about(desk: Desk, errand: Errand) -> Errand:
    """The errand, where it is about the person who is shown."""
    party_id = desk.party.pk if desk.party else None
    return errand if errand.party_id == party_id else Errand(party_id)


def begun(errand: Errand, card: Card, live: tuple[Reservation, ...], *, today: date) -> Errand:
    """Who has no reservation at all has called to book: the picker is open at once."""
    if errand.kind in {errands.MOVE, errands.CANCEL}:
        known = {one.pk for one in card.reservations}
        return errand if errand.reservation_id in known else errand.begin(errands.NOTHING)
    if errand.kind == errands.NOTHING and not card.reservations and card.may_book:
        return replace(errand.begin(errands.BOOK), programme_id=errand.programme_id)
    if errand.kind != errands.BOOK:
        return errand
    doses = picking.doses_of(errand, live, today=today)
    return errand if card.may_book and doses else errand.begin(errands.NOTHING)


def kept_lines(errand: Errand, card: Card | None, picture: Picture) -> list[ReadBack]:
    """What is held for the person, in words."""
    if card is None or card.kept is None:
        return []
    held = replace(errand, slots=card.kept.slots)
    return picking.read_back(held, picture, tuple(sorted(card.kept.slots)))
