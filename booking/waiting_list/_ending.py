"""How entries and offers end, in the caller's transaction, which holds the entry's lock.

Locks are taken in one order: resident, entry, holds, buckets. Who comes from a bucket (a freed
place) skips entries that are locked, so nobody waits in a circle.
"""

from datetime import datetime

from booking.models import Reservation, WaitingListEntry, WaitingListOffer
from notifications import outbox
from tenancy.models import Staff
from venues import slots

PAUSES_AFTER = 3  # offers in a row without an answer


def is_stale(entry: WaitingListEntry) -> bool:
    """Whether the dose was booked by another way since: cancelled or not, the wish was fulfilled."""
    rows = Reservation.objects.filter(
        resident_id=entry.resident_id, programme_id=entry.programme_id,
        dose_number=entry.dose_number,
    )  # fmt: skip
    return (
        rows.filter(is_live=True).exists() or rows.filter(claimed_at__gte=entry.joined_at).exists()
    )


def end(
    entry: WaitingListEntry, state: WaitingListEntry.State, *, by: Staff | None = None, at: datetime
) -> None:
    """End an entry; an offer that is open is withdrawn and its place passed on."""
    entry.state, entry.changed_at = state, at
    entry.save(update_fields=["state", "changed_at"])
    for offer in WaitingListOffer.objects.filter(entry=entry, state=WaitingListOffer.State.OPEN):
        end_offer(offer, WaitingListOffer.State.WITHDRAWN, by=by, at=at)


def end_offer(
    offer: WaitingListOffer,
    state: WaitingListOffer.State,
    *,
    by: Staff | None = None,
    at: datetime,
) -> None:
    """End an open offer; unless it was taken, its place is free for the next one."""
    offer.state, offer.ended_at, offer.done_by = state, at, by
    offer.save(update_fields=["state", "ended_at", "done_by"])
    outbox.supersede(reference=offer.pk, at=at)
    if state != WaitingListOffer.State.TAKEN:
        slots.release(holder_id=offer.pk, by=by, at=at)


def wait_again(entry: WaitingListEntry, *, answered: bool, at: datetime) -> None:
    """Back to its turn after an offer; paused after several that nobody answered."""
    entry.unanswered = 0 if answered else entry.unanswered + 1
    pauses = entry.unanswered >= PAUSES_AFTER
    entry.state = WaitingListEntry.State.PAUSED if pauses else WaitingListEntry.State.WAITING
    entry.changed_at = at
    entry.save(update_fields=["unanswered", "state", "changed_at"])
