"""Verb: look at a record without a call; it needs a purpose, is written down and counted (T06)."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from booking import residents
from booking.residents import FindRefused, TooManyFound
from callcentre import desk, openings, parties
from callcentre.desk import Card
from callcentre.parties import Clues
from callcentre.refusals import LookedTooOften, PurposeMissing, Refused
from privacy import access_log
from tenancy.models import Staff

MOST: Final = 10
WITHIN: Final = timedelta(minutes=10)
WHAT: Final = "view_without_call"


class NobodyFound(Refused):
    """The number belongs to nobody on the list."""

    words = _("名簿に見つかりません。")


def look(*, clues: Clues, purpose: str, detail: str, by: Staff, at: datetime) -> Card:
    """One resident's card, masked as ever; the purpose stands in the access log."""
    if not purpose or not detail.strip():
        raise PurposeMissing
    if access_log.count(what=WHAT, staff_id=by.pk, since=at - WITHIN) >= MOST:
        raise LookedTooOften
    parties.refuse_too_many_looks(by=by, at=at)
    why = f"{purpose}: {detail.strip()}"[:120]
    try:
        found = residents.find(**vars(clues))
    except FindRefused:
        access_log.record(what=WHAT, why=why, count=0, succeeded=False, by=by, at=at)
        raise
    resident_id = found[0].resident.pk if len(found) == 1 else None
    openings.try_to_see(resident_id=resident_id, why=why, by=by, at=at)
    access_log.record(
        what=WHAT, why=why, resident_id=resident_id, count=len(found), succeeded=len(found) == 1,
        by=by, at=at,
    )  # fmt: skip
    if not found:
        raise NobodyFound
    if len(found) > 1:
        raise TooManyFound
    return desk.card_of(found[0].resident, by=by, at=at)
