"""Rule: where several people sit together: from one slot on, in as few following slots as may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_SLOTS: Final = 12  # further apart nobody is together any more


@dataclass(frozen=True)
class Room:
    """One bucket of a slot with the places it has left."""

    slot_id: int
    bucket_id: int
    free: int


def spread(rooms: Sequence[Room], count: int) -> list[int] | None:
    """The bucket of each of `count` people, in order of the rooms; None where they do not fit.

    Rooms come in order of time, and within a slot in order of the channels.
    """
    seats: list[int] = []
    seen: list[int] = []
    for room in rooms:
        if room.slot_id not in seen:
            seen.append(room.slot_id)
        if len(seen) > MOST_SLOTS:
            break
        seats += [room.bucket_id] * min(max(0, room.free), count - len(seats))
        if len(seats) == count:
            return seats
    return None
