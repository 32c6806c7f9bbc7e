"""Verbs on holds (仮押さえ): the chosen places are kept while somebody decides, late and briefly.

A hold asks nothing of the record, so that it tells nothing: whoever is flagged or booked already
holds like anybody else, and hears of it from the claim.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.models import Resident
from booking.reservations import PairNotFree, SlotFull
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import slots
from venues.models import Hold
from venues.refusals import NotFree

LASTS: Final = timedelta(minutes=7)
LONGEST: Final = timedelta(minutes=15)  # whatever is held, extended or chosen anew
REMEMBERED: Final = timedelta(minutes=30)  # after that somebody may hold anew


@dataclass(frozen=True)
class Keeping:
    """What somebody holds, and until when."""

    places: dict[int, int]  # dose → bucket
    until: datetime
    may_extend: bool


def hold(
    *, resident_id: UUID, places: dict[int, int], by: Staff | None, at: datetime
) -> Keeping | None:
    """Hold the place of each dose, all or none; the same again keeps its time.

    None where this person has held long enough for now: the places may still be claimed. One
    person holds once: other places let the former ones go. Raises SlotFull or PairNotFree.
    """
    if not places:
        return None
    if len(set(places.values())) < len(places):  # one place cannot be two doses
        raise PairNotFree
    with municipality_atomic():
        Resident.objects.select_for_update(no_key=True).only("pk").get(pk=resident_id)
        rows = _rows(resident_id)
        kept = _keeping(rows, at=at)
        if kept is not None and kept.places == places:
            return kept
        since = _since(rows, by=by, at=at)
        until = min(at + LASTS, since + LONGEST)
        if until <= at:
            slots.release(holder_id=resident_id, by=by, at=at)
            return None
        try:
            slots.hold(holder_id=resident_id, wanted=places, until=until, since=since, by=by, at=at)
        except NotFree as refusal:
            raise (SlotFull if len(places) == 1 else PairNotFree) from refusal
        return Keeping(places, until, may_extend=until < since + LONGEST)


def extend(*, resident_id: UUID, at: datetime) -> Keeping | None:
    """Keep what is held for another while, once; None where nothing is held any more."""
    with municipality_atomic():
        rows = Hold.objects.select_for_update(no_key=True).filter(
            holder_id=resident_id, bucket__isnull=False, until__gt=at
        )
        for one in rows:
            if not one.is_extended:
                one.is_extended = True
                one.until = min(at + LASTS, one.since + LONGEST)
                one.save(update_fields=["is_extended", "until"])
    return standing(resident_id=resident_id, at=at)


def release(*, resident_id: UUID, by: Staff | None, at: datetime) -> None:
    """Let go what somebody holds: going back, hanging up."""
    slots.release(holder_id=resident_id, by=by, at=at)


def release_by_staff(*, resident_ids: Collection[UUID], by: Staff, at: datetime) -> int:
    """Let go what staff hold for these people; what they hold on the web by themselves stays."""
    return slots.release_by_staff(holder_ids=resident_ids, by=by, at=at) if resident_ids else 0


def standing(*, resident_id: UUID, at: datetime) -> Keeping | None:
    """What somebody holds now."""
    return _keeping(_rows(resident_id), at=at)


def held_since(*, resident_id: UUID, by: Staff | None, at: datetime) -> datetime:
    """Since when somebody has been holding, whatever it was: from then on the longest counts."""
    return _since(_rows(resident_id), by=by, at=at)


def sweep(*, at: datetime) -> int:
    """Tidy what ran out, and forget who held long ago; how many places."""
    count = slots.sweep(at=at)
    slots.forget(before=at - REMEMBERED)
    return count


def _rows(resident_id: UUID) -> list[Hold]:
    return list(Hold.objects.filter(holder_id=resident_id).order_by("part"))


def _keeping(rows: list[Hold], *, at: datetime) -> Keeping | None:
    live = [one for one in rows if one.bucket_id is not None and one.until > at]
    if not live:
        return None
    first = live[0]
    return Keeping(
        {one.part: one.bucket_id for one in live if one.bucket_id is not None},
        first.until,
        may_extend=not first.is_extended and first.until < first.since + LONGEST,
    )


def _since(rows: list[Hold], *, by: Staff | None, at: datetime) -> datetime:
    # An operator speaks with the person: only who clicks alone could hold again and again.
    if by is not None:
        return at
    return min((one.since for one in rows if at - one.since < REMEMBERED), default=at)
