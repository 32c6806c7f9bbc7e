"""What the model and the house say of themselves, in the same words, to be held side by side."""

from datetime import datetime
from typing import Any
from uuid import UUID

from booking import invariants
from booking.models import Reservation, WaitingListEntry, WaitingListOffer
from drills.model.house import BEGIN, House
from drills.model.reference import Holder, Inventory
from venues.models import Bucket, Hold

type Told = dict[str, dict[Any, Any]]


def by_the_model(here: Inventory) -> Told:
    """Counters, live reservations, holds, entries and offers."""
    return {
        "buckets": {
            place: (one.taken, one.held, one.capacity, one.is_open)
            for place, one in here.buckets.items()
        },
        "visits": {(one.person, one.dose): one.place for one in here.visits if one.is_live},
        "holds": {
            key: (one.place, one.until, one.is_extended)
            for key, one in here.holds.items()
            if one.place is not None
        },
        "entries": {
            (one.person, one.dose, one.joined_at): (one.state, one.unanswered)
            for one in here.entries
        },
        "offers": {one.name: (one.place, one.state, one.until) for one in here.offers},
    }


def by_the_house(house: House) -> Told:
    """The same, as PostgreSQL has it."""
    place_of = {row.pk: place for place, row in house.buckets.items()}
    person_of = {UUID(bytes=ids[0]): name for name, ids in house.ids.items()}
    holders: dict[UUID, Holder] = {pk: (name,) for pk, name in person_of.items()}
    offers: dict[Any, Any] = {}
    for one in WaitingListOffer.objects.select_related("entry"):
        place = place_of[one.bucket_id]
        name = (person_of[one.entry.resident_id], str(_since(one.entry.joined_at)), place[0])
        holders[one.pk] = name
        offers[name] = (place, one.state, _since(one.until))
    return {
        "buckets": {
            place_of[one.pk]: (one.taken, one.held, one.capacity, one.is_open)
            for one in Bucket.objects.filter(pk__in=place_of)
        },
        "visits": {
            (person_of[one.resident_id], one.dose_number): place_of[one.bucket_id]
            for one in Reservation.objects.filter(is_live=True)
        },
        "holds": {
            (holders[one.holder_id], one.part): (
                place_of[one.bucket_id], _since(one.until), one.is_extended
            )
            for one in Hold.objects.filter(bucket__isnull=False)
            if one.bucket_id is not None
        },
        "entries": {
            (person_of[one.resident_id], one.dose_number, _since(one.joined_at)): (
                str(one.state), one.unanswered
            )
            for one in WaitingListEntry.objects.all()
        },
        "offers": offers,
    }  # fmt: skip


def differences(model: Inventory, house: House) -> list[str]:
    """What they say differently, and what must always hold and does not."""
    ours, theirs = by_the_model(model), by_the_house(house)
    found = [
        f"{what} {key}: expected {ours[what].get(key)}, found {theirs[what].get(key)}"
        for what in ours
        for key in sorted({*ours[what], *theirs[what]}, key=str)
        if ours[what].get(key) != theirs[what].get(key)
    ]
    return found + invariants.broken()


def _since(moment: datetime) -> int:
    return round((moment - BEGIN).total_seconds())
