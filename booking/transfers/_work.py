"""What a worker does of transfers: look for places, move and tell (作業)."""

from datetime import datetime
from uuid import UUID

from booking import waiting_list
from booking.models import Transfer
from booking.transfers._proposing import propose
from booking.transfers._sending import deliver


def work(*, transfer_id: UUID, at: datetime) -> int:
    """Do what one transfer's state asks for, as far as it goes; how many people were settled."""
    waiting_list.withdraw_closed(at=at)
    return propose(transfer_id=transfer_id, at=at) + deliver(transfer_id=transfer_id, at=at)


def left_lying() -> list[UUID]:
    """Transfers somebody must work on: where a worker died, or the broker was away."""
    working = (Transfer.State.PLANNING, Transfer.State.SENDING)
    rows = Transfer.objects.filter(state__in=working).order_by("made_at")
    return list(rows.values_list("pk", flat=True))
