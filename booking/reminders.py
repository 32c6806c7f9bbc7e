"""Verb: remind everybody of tomorrow's visit, once (前日のお知らせ)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from booking import messages
from booking.models import Reservation, ReservationEvent, Resident
from booking.reminder_rule import ReminderRule, Way, decide
from notifications import outbox, senders
from notifications.models import Attempt, Message
from notifications.models.message import Kind, State
from notifications.models.sender import LateReminder, Sender
from shared.calendar import day_edges, day_of
from tenancy.current import municipality_atomic
from venues.slot_facts import facts

AT_ONCE = 300


def remind(*, at: datetime) -> int:
    """Settle the reminder of everybody who comes tomorrow, or today, and has none yet; how many.

    From the ward's hour on. A visit moved afterwards gets a reminder of its own version; one that
    is cancelled while this runs gets none, because both take the reservation's lock.
    """
    rule = rule_of(senders.kept())
    count, last = 0, UUID(int=0)
    while True:
        with municipality_atomic():
            rows = list(_without(last, at=at))
            owed = [_owed(one, rule, at=at) for one in rows]
            known = [message for message in owed if message is not None]
            outbox.enqueue_all(known)
        count += len(known)
        if len(rows) < AT_ONCE:
            return count
        last = rows[-1].pk


def rule_of(row: Sender) -> ReminderRule:
    """The ward's rule as it stands."""
    return ReminderRule(
        starts=row.remind_from,
        told_within=timedelta(hours=row.remind_told_hours),
        before_visit=timedelta(minutes=row.remind_morning_minutes),
        calls_the_late=row.remind_late == LateReminder.CALL,
        quiet=senders.quiet_hours(row),
    )


def _owed(one: Reservation, rule: ReminderRule, *, at: datetime) -> Message | None:
    place = facts(one.bucket_id)
    told_at: datetime = one.told_at  # type: ignore[attr-defined]  # annotated by _without
    decision = decide(rule=rule, told_at=told_at, visit_at=place.starts_at, at=at)
    if decision.way is Way.WAIT:
        return None
    return messages.owed_for_reminder(one, place, decision, at=at)


def _without(last: UUID, *, at: datetime) -> "QuerySet[Reservation]":
    begins, ends = day_edges(day_of(at) + timedelta(days=1))
    perhaps = Attempt.objects.filter(message=OuterRef("pk"), result__in=outbox.PERHAPS)
    settled = Message.objects.filter(
        reference=OuterRef("pk"), kind=Kind.REMINDER, version=OuterRef("version")
    ).exclude(state=State.SUPERSEDED)  # withdrawn unsent: the day was closed and opened again
    # Dropped when the evening became quiet: it may still go in the morning.
    settled = settled.exclude(
        ~Exists(perhaps), state=State.SUPPRESSED, resolved_at__isnull=True, not_before__lt=begins
    )
    spoken = ReservationEvent.objects.filter(
        reservation=OuterRef("pk"), version=OuterRef("version")
    )
    rows = Reservation.objects.filter(
        ~Exists(settled),
        pk__gt=last,
        is_live=True,
        slot__opening__is_open=True,  # whoever is booked on a closed day is told something else
        slot__starts_at__gt=at,
        slot__starts_at__lt=ends,
    )
    # Nobody is reminded of somebody who has died, whether or not the booking is decided on.
    rows = rows.exclude(resident__status_flag=Resident.StatusFlag.DECEASED)
    rows = rows.annotate(told_at=Coalesce(Subquery(spoken.values("happened_at")[:1]), "claimed_at"))
    locked = rows.select_related("resident").select_for_update(of=("self",), skip_locked=True)
    return locked.order_by(F("pk"))[:AT_ONCE]
