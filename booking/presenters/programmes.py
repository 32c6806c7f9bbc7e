"""Programmes in words (事業)."""

from datetime import datetime

from booking import programme_choice
from booking.errand import Errand
from booking.rulebook import rulebook
from venues.models import Programme


def programme_line(errand: Errand, *, at: datetime) -> Programme | None:
    """The programme of an errand, where there is more than one to be in."""
    if not programme_choice.several():
        return None
    return named(programme_choice.chosen(errand, at=at))


def named(programme_id: int | None) -> Programme | None:
    """A programme by its id, from the rules that are kept."""
    return next((one for one in rulebook().programmes if one.pk == programme_id), None)


def said(programme_id: int | None) -> str:
    """Its name where there are several; nothing where there is no other."""
    found = named(programme_id) if programme_choice.several() else None
    return found.said if found else ""
