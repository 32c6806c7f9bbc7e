"""Question: which programme is meant, and which are open for somebody (事業の選択)."""

from datetime import date, datetime

from booking import free_places
from booking.errand import Errand
from booking.free_places import Wanted
from booking.pairing import PairRule
from booking.rulebook import ProgrammeTerms, rulebook
from venues.models import Programme
from venues.picture import Place

KEPT = "programme"
ALONE = {PairRule.FIRST_ONLY, PairRule.IN_TURN}  # the web books one dose at a time


def several() -> bool:
    """Whether there is more than one, so that its name must be said."""
    return len(rulebook().programmes) > 1


def open_for(born_on: date | None, *, at: datetime) -> list[Programme]:
    """The programmes in which somebody may find a place; all that run, where there is none at all.

    From public rules and the typed date of birth alone: nothing here tells what is booked.
    """
    running, offer = rulebook().running, free_places.offer(at=at)
    found = [
        one
        for one in running
        if any(offer.matching(Wanted(born_on=born_on, programme_id=one.pk, dose_number=1, at=at)))
    ]
    return found or running


def chosen(errand: Errand, *, at: datetime) -> int | None:
    """The programme of an errand: as chosen, or the only one; None where somebody must choose."""
    kept = errand.noted(KEPT)
    if kept is not None and any(one.pk == kept for one in rulebook().running):
        return int(kept)
    if len(rulebook().running) < 2:
        return next((one.pk for one in rulebook().running), 0)
    found = open_for(errand.resident.born_on, at=at)
    return found[0].pk if len(found) == 1 else None


def choose(errand: Errand, programme_id: int) -> None:
    """Another programme is another claim: what was chosen in the former is let go."""
    if errand.noted(KEPT) != programme_id:
        errand.note(KEPT, programme_id)
        errand.let_go(1)
        errand.renew_key()


def terms_of(place: Place) -> ProgrammeTerms:
    """What the programme of a place says on its day."""
    return rulebook().terms(place.programme_id, place.day)


def doses(errand: Errand, *, at: datetime) -> int:
    """How many doses are chosen one after the other, as far as is known."""
    first = free_places.offer(at=at).find(errand.place(1) or 0)
    if first is None:
        return most_doses(chosen(errand, at=at))
    course = free_places.course_of(first)
    if terms_of(first).pair_rule in ALONE:
        return 1
    return course.doses if course else 2


def most_doses(programme_id: int | None) -> int:
    """The most doses any course of a programme has."""
    return max(
        (
            one.doses
            for one in rulebook().courses
            if not programme_id or one.programme_id == programme_id
        ),
        default=2,
    )
