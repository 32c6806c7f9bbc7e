"""Verb: remind everybody of tomorrow's visit, once (前日のお知らせ)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.utils.timezone import localtime

from booking import messages
from booking.models import Reservation
from notifications import outbox, senders
from notifications.models import Message
from notifications.models.message import Kind, State
from shared.calendar import day_edges, day_of
from tenancy.current import municipality_atomic
from venues.slot_facts import facts

AT_ONCE = 300
# Who booked or moved a moment ago has just been told day and time.
JUST_TOLD = timedelta(hours=6)


def remind(*, at: datetime) -> int:
    """Promise a reminder to everybody who comes tomorrow and has none yet; how many.

    From the ward's hour on. A visit moved afterwards gets a reminder of its own version; one that
    is cancelled while this runs gets none, because both take the reservation's lock.
    """
    if localtime(at).time() < senders.kept().remind_from:
        return 0
    count, last = 0, UUID(int=0)
    while True:
        with municipality_atomic():
            rows = list(_without(last, at=at))
            owed = [
                messages.owed(Kind.REMINDER, one, facts(one.bucket_id), not_before=at, at=at)
                for one in rows
            ]
            known = [message for message in owed if message is not None]
            outbox.enqueue_all(known)
        count += len(known)
        if len(rows) < AT_ONCE:
            return count
        last = rows[-1].pk


def _without(last: UUID, *, at: datetime) -> list[Reservation]:
    begins, ends = day_edges(day_of(at) + timedelta(days=1))
    reminded = Message.objects.filter(
        reference=OuterRef("pk"), kind=Kind.REMINDER, version=OuterRef("version")
    )
    just_told = Message.objects.filter(reference=OuterRef("pk"), created_at__gt=at - JUST_TOLD)
    # A word withdrawn unsent told nobody: the day was closed and opened again.
    reminded, just_told = (known.exclude(state=State.SUPERSEDED) for known in (reminded, just_told))
    rows = Reservation.objects.filter(
        ~Exists(reminded),
        ~Exists(just_told),
        pk__gt=last,
        is_live=True,
        slot__opening__is_open=True,  # whoever is booked on a closed day is told something else
        slot__starts_at__gte=begins,
        slot__starts_at__lt=ends,
        claimed_at__lte=at - JUST_TOLD,
    ).select_related("resident")
    return list(rows.order_by(F("pk")).select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
