"""Verbs on closed days: stop new bookings, cancel nobody, owe a word to each person affected (休止)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from booking import messages
from booking.models import Reservation, Resident
from notifications import outbox
from notifications.models import Message
from notifications.models.message import FOR_A_PERSON, Carrier, Kind, State
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import openings
from venues.models import Opening
from venues.slot_facts import facts

# Said to the person, or on its way there: reopening cannot take it back.
GONE = (State.SENDING, State.ACCEPTED, State.SENT, State.DELIVERED, State.TOLD)


@dataclass(frozen=True)
class Affected:
    """One live reservation of a closed day and how its resident is told."""

    reservation_number: str
    dose_number: int
    starts_at: datetime
    carrier: str
    state: str

    @property
    def way(self) -> str:
        """By which way, in words; empty where nothing was promised yet."""
        return str(Carrier(self.carrier).label) if self.carrier else ""

    @property
    def standing(self) -> str:
        """How far the promise is, in words."""
        return str(State(self.state).label) if self.state else ""

    @property
    def tone(self) -> str:
        """The tone of the state: a person must see to what is cautioned."""
        if self.state in FOR_A_PERSON:
            return "caution"
        return "positive" if self.state in {State.DELIVERED, State.TOLD} else "neutral"


def close_day(*, opening: Opening, reason: str, by: Staff, at: datetime) -> int:
    """Stop new bookings of a day at once and promise a word to everybody booked; how many.

    Who has died is sent no word: their bookings wait for a decision. Nobody is cancelled: each decides alone or on the telephone. In one commit, so that nobody is
    forgotten and nobody books in between. Pressing twice closes once.
    """
    with municipality_atomic():
        if not openings.close_day(opening=opening, reason=reason, by=by, at=at):
            return 0
        # The day's buckets are locked now: whoever booked is here, and nobody follows.
        rows = list(_live(opening).select_related("resident"))
        outbox.supersede_all(references=[one.pk for one in rows], at=at)
        owed = [
            messages.owed_for_closure(one, facts(one.bucket_id), at=at)
            for one in rows
            if one.resident.status_flag != Resident.StatusFlag.DECEASED
        ]
        outbox.enqueue_all(owed)
        return len(owed)


def reopen_day(*, opening: Opening, reason: str, by: Staff, at: datetime) -> int:
    """Take bookings again and withdraw the words not yet said; how many have heard them.

    Who was told that the day is closed must be told by a person that it is not.
    """
    with municipality_atomic():
        if not openings.reopen_day(opening=opening, reason=reason, by=by, at=at):
            return 0
        references = list(_live(opening).values_list("pk", flat=True))
        outbox.supersede_all(references=references, kind=Kind.DAY_CLOSED, at=at)
        told = Message.objects.filter(
            reference__in=references, kind=Kind.DAY_CLOSED, state__in=GONE
        )
        return told.count()


def count_affected(opening: Opening) -> int:
    """How many live reservations the day has."""
    return _live(opening).count()


def affected(opening: Opening) -> list[Affected]:
    """Every live reservation of the day in order of time, and how its resident is told."""
    promised = Message.objects.filter(
        reference=OuterRef("pk"), kind=Kind.DAY_CLOSED, version=OuterRef("version")
    ).order_by("-created_at")
    rows = _live(opening).annotate(
        told_by=Subquery(promised.values("carrier")[:1]),
        told_state=Subquery(promised.values("state")[:1]),
    )
    return [
        Affected(number, dose, starts_at, carrier or "", state or "")
        for number, dose, starts_at, carrier, state in rows.order_by(
            "slot__starts_at", "reservation_number"
        ).values_list(
            "reservation_number", "dose_number", "slot__starts_at", "told_by", "told_state"
        )
    ]


def by_way(found: list[Affected]) -> dict[str, int]:
    """How many are told by which way, in words."""
    return dict(Counter(one.way for one in found))


def _live(opening: Opening) -> QuerySet[Reservation]:
    return Reservation.objects.filter(slot__opening=opening, is_live=True)
