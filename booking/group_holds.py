"""Verbs on holds of a group (まとめての仮押さえ): everybody's places are kept together, or nobody's.

As with one person (ADR 0031) nothing is asked of the record: a hold tells nothing of anybody.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from booking import holds
from booking.group_claims import GroupNotFree, free_seats, held_seats
from booking.holds import LASTS, LONGEST, Keeping
from booking.models import Resident
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import slots
from venues.refusals import NotFree


def hold_together(
    *,
    resident_ids: Sequence[UUID],
    starts: dict[int, int],
    channels: Sequence[str],
    by: Staff | None,
    at: datetime,
) -> Keeping | None:
    """Hold a place for each person and dose (dose → first slot), side by side, all or none.

    None where one of them has held long enough for now: the places may still be claimed. The same
    again keeps its time. Raises GroupNotFree.
    """
    with municipality_atomic():
        people = Resident.objects.select_for_update(no_key=True).filter(pk__in=resident_ids)
        list(people.order_by("pk").values_list("pk"))
        if kept := standing(resident_ids=resident_ids, starts=starts, channels=channels, at=at):
            return kept
        since = min(holds.held_since(resident_id=pk, by=by, at=at) for pk in resident_ids)
        until = min(at + LASTS, since + LONGEST)
        if until <= at:
            release(resident_ids=resident_ids, by=by, at=at)
            return None
        seats = free_seats(resident_ids, starts=starts, channels=channels, at=at)
        wanted = {
            pk: {dose: found[number] for dose, found in seats.items()}
            for number, pk in enumerate(resident_ids)
        }
        try:
            slots.hold_many(wanted=wanted, until=until, since=since, by=by, at=at)
        except NotFree as refusal:
            raise GroupNotFree from refusal
        places = {dose: found[0] for dose, found in seats.items()}
        return Keeping(places, until, may_extend=until < since + LONGEST)


def extend_together(*, resident_ids: Sequence[UUID], at: datetime) -> None:
    """Keep what is held for another while, once; the same moment for everybody."""
    with municipality_atomic():
        for pk in sorted(resident_ids):
            holds.extend(resident_id=pk, at=at)


def release(*, resident_ids: Sequence[UUID], by: Staff | None, at: datetime) -> None:
    """Let go what the group holds. Twice is once."""
    slots.release_all(holder_ids=list(resident_ids), by=by, at=at)


def standing(
    *,
    resident_ids: Sequence[UUID],
    starts: dict[int, int],
    channels: Sequence[str],
    at: datetime,
) -> Keeping | None:
    """The hold of the whole group from just these slots on; None where somebody's is missing."""
    if not held_seats(resident_ids, starts=starts, channels=channels, at=at):
        return None
    kept = [holds.standing(resident_id=pk, at=at) for pk in resident_ids]
    live = [one for one in kept if one is not None]
    first = min(live, key=lambda one: one.until)
    return Keeping(first.places, first.until, all(one.may_extend for one in live))
