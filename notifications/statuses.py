"""What a receipt says about a message (到達状況): by rank, never backwards, ends are final.

Receipts carry no sequence and arrive in any order; a late `sent` must not hide `delivered`.
"""

from enum import IntEnum


class Rank(IntEnum):
    """How far a message has come."""

    NOTHING = 0
    ACCEPTED = 1
    SENT = 2
    ENDED = 3


RANKS = {
    "accepted": Rank.ACCEPTED,
    "scheduled": Rank.ACCEPTED,
    "queued": Rank.ACCEPTED,
    "sending": Rank.ACCEPTED,
    "sent": Rank.SENT,
    "partially_delivered": Rank.SENT,
    "delivered": Rank.ENDED,
    "read": Rank.ENDED,
    "undelivered": Rank.ENDED,
    "failed": Rank.ENDED,
    "canceled": Rank.ENDED,
}
# The carrier's words in ours; every other known word is only a step on the way.
ENDS = {
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}


def rank_of(status: str) -> Rank:
    """How far a status is; words the carrier invents tomorrow move nothing."""
    return RANKS.get(status, Rank.NOTHING)


def ours(status: str) -> str:
    """A carrier's status as a state of ours: accepted, sent, delivered, undelivered, failed."""
    if status in ENDS:
        return ENDS[status]
    return "sent" if rank_of(status) is Rank.SENT else "accepted"


def later_of(known: str, told: str) -> str:
    """The status that stands after being told another one."""
    return told if rank_of(told) > rank_of(known) else known
