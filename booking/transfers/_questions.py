"""Questions on transfers: how many where, who is still to be told, what became of each (振替の問い)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from booking.models import Reservation, Transfer, TransferEvent, TransferLine
from notifications.models import Message
from notifications.models.message import ABOUT_CLOSING, Carrier
from venues.models import Opening, Slot

State = TransferLine.State
BY_TELEPHONE = (Carrier.CALL, "")
MOST_NUMBER = 20


@dataclass(frozen=True)
class Totals:
    """How many people stand how."""

    states: Counter[str]
    by_telephone: int  # of those who are moved: nobody can write to them

    @property
    def all(self) -> int:
        """Everybody."""
        return sum(self.states.values())

    @property
    def settled(self) -> int:
        """For whom nothing is left to do at this step."""
        left = (State.WAITING, *TransferLine.TO_SEND)
        return self.all - sum(self.states[one] for one in left)

    @property
    def looked_for(self) -> int:
        """For how many a place was looked for."""
        return self.all - self.states[State.WAITING]


@dataclass(frozen=True)
class Target:
    """A slot, and how many go there."""

    slot: Slot
    count: int


def transfers() -> QuerySet[Transfer]:
    """Every transfer, the newest first."""
    rows = Transfer.objects.select_related("opening__venue", "slot", "made_by")
    return rows.annotate(people=Count("lines")).order_by("-made_at")


def of_opening(opening: Opening) -> Transfer | None:
    """The one that is not over yet, else the last that was sent."""
    rows = Transfer.objects.filter(opening=opening).exclude(state=Transfer.State.UNDONE)
    return rows.filter(state__in=Transfer.OPEN).first() or rows.order_by("-made_at").first()


def find_line(transfer: Transfer, pk: UUID) -> TransferLine | None:
    """One line of it, with all that its page shows."""
    rows = _with_places(TransferLine.objects.filter(transfer=transfer, pk=pk))
    return rows.select_related("transfer__opening", "reservation__resident").first()


def totals_of(transfer: Transfer) -> Totals:
    """How many people stand how, now."""
    rows = TransferLine.objects.filter(transfer=transfer)
    states = Counter(dict(rows.values_list("state").annotate(count=Count("pk")).order_by()))
    moving = rows.filter(state__in=(State.PROPOSED, State.MOVED), carrier__in=BY_TELEPHONE)
    return Totals(states, moving.count())


def targets_of(transfer: Transfer) -> list[Target]:
    """How many go into which slot, in order of time."""
    rows = TransferLine.objects.filter(
        transfer=transfer, state__in=(State.PROPOSED, State.MOVED), bucket__isnull=False
    )
    counts = dict(rows.values_list("bucket__slot_id").annotate(count=Count("pk")).order_by())
    slots = Slot.objects.filter(pk__in=counts).select_related("opening__venue")
    return [Target(one, counts[one.pk]) for one in slots.order_by("starts_at", "pk")]


def lines_of(
    transfer: Transfer, *, showing: str = "", slot_id: int | None = None, number: str = ""
) -> QuerySet[TransferLine]:
    """The lines in order of the former time: all, those of a state, or who can only be telephoned."""
    rows = TransferLine.objects.filter(transfer=transfer)
    if showing == "telephone":
        rows = rows.filter(carrier__in=BY_TELEPHONE)
    elif showing in State.values:
        rows = rows.filter(state=showing)
    if slot_id is not None:
        rows = rows.filter(bucket__slot_id=slot_id)
    if number:
        rows = rows.filter(reservation__reservation_number__icontains=number[:MOST_NUMBER])
    told = Message.objects.filter(
        reference=OuterRef("reservation_id"), kind__in=ABOUT_CLOSING,
        created_at__gte=transfer.made_at,
    ).order_by("-created_at")  # fmt: skip
    return _with_places(rows).annotate(
        told_by=Subquery(told.values("carrier")[:1]), told_state=Subquery(told.values("state")[:1])
    )


def events_of(transfer: Transfer) -> list[TransferEvent]:
    """What was done with the whole, and by whom, the newest first."""
    rows = TransferEvent.objects.filter(transfer=transfer)
    whole = rows.filter(Q(line__isnull=True)).select_related("done_by")
    return list(whole.order_by("-happened_at", "-pk"))


def count_live(opening: Opening, *, slot: Slot | None = None) -> int:
    """How many live reservations the day, or a slot of it, has."""
    rows = Reservation.objects.filter(slot__opening=opening, is_live=True)
    return (rows.filter(slot=slot) if slot else rows).count()


def live_by_slot(opening: Opening, *, at: datetime) -> list[tuple[Slot, int]]:
    """The slots still to come, and how many are booked in each."""
    booked = Count("reservations", filter=Q(reservations__is_live=True))
    rows = Slot.objects.filter(opening=opening, starts_at__gt=at).annotate(booked=booked)
    return [(one, one.booked) for one in rows.order_by("starts_at")]


def _with_places(rows: QuerySet[TransferLine]) -> QuerySet[TransferLine]:
    places = rows.select_related("reservation", "former_slot", "bucket__slot__opening__venue")
    return places.order_by("former_slot__starts_at", "reservation__reservation_number")
