"""What people are told whom the ward has given a time and a venue (割当ての通知)."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from booking import messages
from booking.models import Reservation, Resident
from notifications import senders
from notifications.models import Message
from notifications.models.message import Carrier, Kind
from notifications.quiet_hours import next_permitted
from venues.slot_facts import SlotFacts


def owed_for_assignment(
    made: list[Reservation],
    places: list[SlotFacts],
    resident: Resident,
    until: datetime,
    *,
    at: datetime,
) -> list[Message]:
    """Which place is kept for somebody who asked for none, and until when to answer.

    Nothing in the quiet hours. Who cannot be written to is on the print list, and gets a letter.
    """
    way = messages.carrier_for(resident)
    if way is None or way[0] == Carrier.CALL:
        return []
    gaps = {"until": f"{localtime(until):%-m/%-d %H:%M}"}
    quiet_ends = next_permitted(quiet=senders.quiet_hours(senders.kept()), at=at)
    found = []
    for reservation, place in zip(made, places, strict=True):
        one = messages.about_a_visit(
            Kind.ASSIGNED, reservation, way, place, resident.language, gaps=gaps, at=at
        )
        one.not_before, one.not_after = quiet_ends, max(until, at + timedelta(hours=1))
        found.append(one)
    return found
