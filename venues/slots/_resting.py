"""Keep a place that was given back to itself for a while (休ませる枠).

The rest is a hold of nobody's: counted in `held`, entered in the ledger, over by itself at its
moment, whoever sweeps or does not.
"""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Final

from tenancy.current import municipality_atomic
from venues.models.bucket import Bucket, Channel
from venues.models.place_entry import PlaceEntry
from venues.slots._holding import FREE, KEEPING, _ask, _count, _run

REST: Final = 0  # the part of a hold that is for no dose
_CHANCE: Final = secrets.SystemRandom()


def rest(*, bucket_id: int, longest: timedelta, at: datetime) -> datetime | None:
    """Let one free place of the web rest until a moment nobody can foresee; None where none does.

    In the transaction that freed it, which has locked the bucket. No place rests beyond half of the
    time in which it can still be booked: none is lost by resting.
    """
    with municipality_atomic():
        row = Bucket.objects.filter(pk=bucket_id, channel=Channel.WEB).first()
        if row is None or not _ask(FREE, {"buckets": [bucket_id], "at": at}):
            return None
        span = min(longest, (row.bookable_until - at) / 2)
        if span <= timedelta(0):
            return None
        until = at + span * _CHANCE.uniform(0, 1)
        _run(
            KEEPING,
            {
                "id": uuid.uuid4(), "holder": uuid.uuid4(), "part": REST, "bucket": bucket_id,
                "until": until, "since": at, "staff": None,
            },
        )  # fmt: skip
        _count([bucket_id], 1, PlaceEntry.What.HELD, by=None, at=at)
    return until
