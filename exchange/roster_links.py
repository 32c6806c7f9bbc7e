"""Rule: how long, and how often, a released file can be fetched (T07)."""

from datetime import datetime, timedelta
from typing import Final

from exchange.models import Parcel
from exchange.roster_refusals import LinkOver

LIVES: Final = timedelta(hours=24)
MOST_FETCHES: Final = 3


def refuse_dead(held: Parcel, *, at: datetime) -> None:
    """From the release, then from the first fetch, a day; three times in all."""
    if held.fetches >= MOST_FETCHES or at > held.changed_at + LIVES:
        raise LinkOver
