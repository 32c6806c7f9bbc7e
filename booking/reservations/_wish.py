"""What somebody asks for, and who is asking."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.models import Reservation


@dataclass(frozen=True)
class Wish:
    """One dose in one bucket."""

    dose_number: int
    bucket_id: int


@dataclass(frozen=True)
class Asking:
    """Who asks, by which door: the same for every place of one request."""

    channel: str
    request_key: UUID
    notice_version: int = 1
    speaker: str = Reservation.Speaker.SELF
    call_id: UUID | None = None
    language: str = "ja"
    offer_id: UUID | None = None  # of the waiting list: places held for it are this claim's
    answer_until: datetime | None = None  # assigned by the ward: the word says until when to answer
