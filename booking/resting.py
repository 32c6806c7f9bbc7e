"""Verb: what a cancellation frees on the web comes back when nobody can foresee it (T34).

Who sells a place cancels and books it for the buyer in the same second; machines do the same to
everybody else. The waiting list comes first; what it leaves rests for a chance of minutes.
"""

from datetime import datetime, timedelta

from booking.rulebook import rulebook
from venues import slots


def longest() -> timedelta:
    """How long a place may rest, as the ward says; nothing means that it is there at once."""
    return timedelta(minutes=rulebook().rules.rest_minutes)


def let_rest(*, bucket_id: int, at: datetime) -> datetime | None:
    """In the transaction that freed a place, after the waiting list was asked."""
    span = longest()
    return slots.rest(bucket_id=bucket_id, longest=span, at=at) if span else None
