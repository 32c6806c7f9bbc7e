"""Verbs on the places an operator holds while the caller decides (通話中の仮押さえ).

One person holds once: what is chosen anew lets the former go, on the telephone and on the web.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from booking import holds, reservations
from booking.holds import Keeping
from callcentre import claims
from callcentre.models import CallParty
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues.slot_facts import facts

TRIES: Final = 3  # the bucket chosen may be gone a moment later; another one is tried


@dataclass(frozen=True)
class Kept:
    """What a person holds: the slot of each dose, for how many seconds more."""

    slots: dict[int, int]
    until: datetime
    seconds: int
    may_extend: bool


def hold_for(
    *, party: CallParty, wishes: dict[int, int], by: Staff, at: datetime
) -> Keeping | None:
    """Hold a place for each dose (dose → slot), all or none; a refusal keeps what was held."""
    with municipality_atomic():
        row = claims.may_change(party, by=by, at=at)
        for attempt in range(TRIES):
            try:
                return holds.hold(
                    resident_id=row.resident_id, places=_places(row, wishes, at), by=by, at=at
                )
            except (reservations.SlotFull, reservations.PairNotFree):
                if attempt + 1 == TRIES:
                    raise
    raise AssertionError("unreachable")


def extend_for(*, party: CallParty, by: Staff, at: datetime) -> Keeping | None:
    """Keep it a while longer, once; None where nothing is held any more."""
    with municipality_atomic():
        row = claims.may_change(party, by=by, at=at)
        return holds.extend(resident_id=row.resident_id, at=at)


def let_go_for(*, party: CallParty, by: Staff, at: datetime) -> None:
    """The caller wants it no longer: the places are anybody's at once."""
    with municipality_atomic():
        row = claims.may_change(party, by=by, at=at)
        holds.release(resident_id=row.resident_id, by=by, at=at)


def standing(*, resident_id: UUID, at: datetime) -> Kept | None:
    """What a person holds now, by whatever door."""
    found = holds.standing(resident_id=resident_id, at=at)
    if found is None:
        return None
    slots = {dose: facts(bucket_id).slot_id for dose, bucket_id in found.places.items()}
    return Kept(slots, found.until, int((found.until - at).total_seconds()), found.may_extend)


def _places(row: CallParty, wishes: dict[int, int], at: datetime) -> dict[int, int]:
    return {
        dose: claims.bucket_of(slot_id, at, holder_id=row.resident_id)
        for dose, slot_id in sorted(wishes.items())
    }
