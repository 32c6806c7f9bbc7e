"""Which places suit somebody best: near in day and time, permitted by every rule (振替先の順番)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from booking.models import Reservation, Transfer, TransferLine
from booking.reservations import Refused
from booking.reservations._deciding import DoseVisit, refuse_by_rules, visit
from shared.calendar import TOKYO, day_of
from venues import slots
from venues.models import Channel
from venues.slot_facts import SlotFacts, facts

# Walk-in places are for who comes to the door; the reserve is there for a day like this.
CHANNELS: Final = (Channel.RESERVE, Channel.PHONE, Channel.WEB)


class Finder:
    """The places with room around a closed day, as they were when it was made."""

    def __init__(self, transfer: Transfer, *, at: datetime) -> None:
        self.transfer, self.at = transfer, at
        around, day = timedelta(days=transfer.days_around), transfer.opening.day
        found = slots.with_room(
            programme_id=transfer.opening.programme_id,
            vaccine_id=transfer.opening.vaccine_id,
            first=max(day - around, day_of(at)),
            last=day + around,
            since=at + timedelta(hours=transfer.notice_hours),
            channels=CHANNELS,
            at=at,
        )
        if transfer.prefer == Transfer.Prefer.ONLY_VENUE:
            found = [one for one in found if one[0].venue_id == transfer.opening.venue_id]
        self.room = {place.bucket_id: room for place, room in found}
        self.places = [place for place, _ in found]
        self._ordered: dict[tuple[int, str], list[SlotFacts]] = {}

    def suiting(self, line: TransferLine, known: dict[int, DoseVisit]) -> Iterator[SlotFacts]:
        """The places that still have room and are permitted, the best one first."""
        permitted: dict[tuple[int, object, str], bool] = {}
        for place in self._in_order(line):
            if self.room[place.bucket_id] < 1:
                continue
            key = (place.venue_id, place.day, place.channel)
            if key not in permitted:
                permitted[key] = permits(line.reservation, place, known, at=self.at)
            if permitted[key]:
                yield place

    def took(self, place: SlotFacts) -> None:
        """One place fewer."""
        self.room[place.bucket_id] -= 1

    def is_full(self, place: SlotFacts) -> None:
        """Somebody else was quicker."""
        self.room[place.bucket_id] = 0

    def _in_order(self, line: TransferLine) -> list[SlotFacts]:
        key = (line.former_slot_id, line.former_channel)
        if key not in self._ordered:
            self._ordered[key] = sorted(self.places, key=lambda place: self._distance(line, place))
        return self._ordered[key]

    def _distance(self, line: TransferLine, place: SlotFacts) -> tuple[object, ...]:
        opening, former = self.transfer.opening, line.former_slot.starts_at
        apart = (place.day - opening.day).days
        elsewhere = place.venue_id != opening.venue_id
        day_first = self.transfer.prefer == Transfer.Prefer.DAY
        near = (abs(apart), elsewhere) if day_first else (elsewhere, abs(apart))
        minutes = abs(_minutes(place.starts_at) - _minutes(former))
        return (*near, apart < 0, minutes, _rank(place, line), place.bucket_id)


def permits(
    reservation: Reservation, place: SlotFacts, known: dict[int, DoseVisit], *, at: datetime
) -> bool:
    """Whether the rules let the person have it."""
    try:
        refuse_by_rules(reservation.resident, reservation.dose_number, place, known, None, at)
    except Refused:
        return False
    return True


def visits_beside(lines: list[TransferLine]) -> dict[object, dict[int, DoseVisit]]:
    """By resident: the live reservations of the same programme, as the rules need them."""
    people = {line.reservation.resident_id for line in lines}
    programmes = {line.reservation.programme_id for line in lines}
    rows = Reservation.objects.filter(
        resident_id__in=people, programme_id__in=programmes, is_live=True
    )
    found: dict[object, dict[int, DoseVisit]] = {}
    for resident_id, dose, bucket_id in rows.values_list("resident_id", "dose_number", "bucket_id"):
        found.setdefault(resident_id, {})[dose] = visit(facts(bucket_id))
    return found


def _rank(place: SlotFacts, line: TransferLine) -> int:
    if place.channel == Channel.RESERVE:
        return 0
    return 1 if place.channel == line.former_channel else 2


def _minutes(moment: datetime) -> int:
    here = moment.astimezone(TOKYO)
    return here.hour * 60 + here.minute
