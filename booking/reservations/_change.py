"""Move and cancel: locks in one order (resident, buckets by id, reservation), then the change."""

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from booking import messages, resting
from booking.models import Reservation, ReservationEvent, What
from booking.reservations import _limits
from booking.reservations._deciding import (
    buckets_of,
    held_under_lock,
    refuse_by_rules,
    visits_of,
)
from booking.reservations._refusals import (
    ChangedMeanwhile,
    NotBookable,
    Refused,
    SamePlace,
    SlotFull,
)
from notifications import outbox
from privacy import access_log
from shared import metrics
from tenancy import live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from venues import slots
from venues.freed import places_freed
from venues.models import Channel
from venues.slot_facts import SlotFacts, UnknownBucket, facts


@metrics.counting_refusals(Refused, channel=lambda **asked: asked["channel"])
def move(
    *,
    reservation: Reservation,
    bucket_id: int,
    channel: str,
    reason: str = "",
    call_id: UUID | None = None,
    by: Staff | None,
    at: datetime,
) -> Reservation:
    """Take the new place and give back the old in one commit, or refuse and keep the old.

    Flag, voucher, rules and limits are asked under the resident's lock, as a claim asks them. An
    operator passes a limit with a reason, which is kept with the event.
    """
    place = _place(bucket_id)
    with municipality_atomic():
        _check_under_lock(reservation, place, channel, at)
        passed = _limits.check_move(reservation, reason, call_id, by=by, at=at)
        held = slots.own(holder_id=reservation.resident_id, bucket_id=bucket_id)
        slots.lock(bucket_ids=[reservation.bucket_id, bucket_id])
        if held:  # the place that the confirm page kept is the one to take
            slots.spend(held, by=by, at=at)
        _swap(reservation, place, by=by, at=at)
        left, before = reservation.bucket_id, reservation.slot_id
        reservation.bucket_id = bucket_id
        reservation.slot_id, reservation.version = place.slot_id, reservation.version + 1
        _record(
            reservation, What.MOVED, channel, before, place.slot_id,
            reason=reason if passed else "", call_id=call_id, by=by, at=at,
        )  # fmt: skip
        outbox.supersede(reference=reservation.pk, at=at)
        for message in messages.owed_for_move(reservation, place, channel, at=at):
            outbox.enqueue(message)
        places_freed(bucket_ids=[left], at=at)
        resting.let_rest(bucket_id=left, at=at)
        on_commit(live.stir)
    return Reservation.objects.get(pk=reservation.pk)


@metrics.counting_refusals(Refused, channel=lambda **asked: asked["channel"])
def cancel(
    *,
    reservation: Reservation,
    channel: str,
    reason: str = "",
    is_told: bool = True,
    call_id: UUID | None = None,
    by: Staff | None,
    at: datetime,
) -> Reservation:
    """Give the place back and end the reservation, or refuse; whoever died is sent no word."""
    _limits.check_cancel(reservation, call_id, by=by, at=at)
    place = facts(reservation.bucket_id)
    with municipality_atomic():
        slots.lock(bucket_ids=[reservation.bucket_id])
        ended = Reservation.objects.filter(
            pk=reservation.pk, version=reservation.version, is_live=True
        ).update(is_live=False, version=reservation.version + 1)
        if ended != 1:
            raise ChangedMeanwhile
        slots.give_back(
            bucket_id=reservation.bucket_id, what="cancelled", reservation_id=reservation.pk,
            by=by, at=at,
        )  # fmt: skip
        reservation.is_live, reservation.version = False, reservation.version + 1
        _record(
            reservation, What.CANCELLED, channel, reservation.slot_id, None,
            reason=reason, call_id=call_id, by=by, at=at,
        )  # fmt: skip
        outbox.supersede(reference=reservation.pk, at=at)
        if is_told:
            for message in messages.owed_for_cancel(reservation, place, channel, at=at):
                outbox.enqueue(message)
        places_freed(bucket_ids=[reservation.bucket_id], at=at)
        resting.let_rest(bucket_id=reservation.bucket_id, at=at)
        on_commit(live.stir)
    return reservation


def _swap(reservation: Reservation, place: SlotFacts, *, by: Staff | None, at: datetime) -> None:
    # Both buckets are locked: the new place is taken, then the old one given back.
    moved = Reservation.objects.filter(
        pk=reservation.pk, version=reservation.version, is_live=True
    ).update(
        bucket_id=place.bucket_id, slot_id=place.slot_id, version=reservation.version + 1
    )  # fmt: skip
    if moved != 1:
        raise ChangedMeanwhile
    told: dict[str, Any] = {"reservation_id": reservation.pk, "by": by, "at": at}
    if not slots.take(bucket_id=place.bucket_id, **told):
        raise SlotFull
    slots.give_back(bucket_id=reservation.bucket_id, what="moved_out", **told)


def _place(bucket_id: int) -> SlotFacts:
    try:
        return facts(bucket_id)
    except UnknownBucket as unknown:
        raise SlotFull from unknown


def _check_under_lock(
    reservation: Reservation, place: SlotFacts, channel: str, at: datetime
) -> None:
    # Flag, voucher and every other dose as they are now, and as they stay until the commit.
    held, dose = held_under_lock(reservation.resident_id), reservation.dose_number
    if place.programme_id != reservation.programme_id:
        raise NotBookable(_("ほかの事業の枠には変更できません。"))
    now_in = buckets_of(held, place.programme_id).get(dose)
    if now_in is not None and facts(now_in).slot_id == place.slot_id:
        raise SamePlace
    refuse_by_rules(
        reservation.resident, dose, place, visits_of(held, place.programme_id), channel, at
    )


def _record(
    reservation: Reservation,
    what: What,
    channel: str,
    slot_before: int | None,
    slot_after: int | None,
    *,
    reason: str = "",
    call_id: UUID | None,
    by: Staff | None,
    at: datetime,
) -> None:
    ReservationEvent.objects.create(
        id=uuid.uuid4(),
        reservation=reservation,
        what=what,
        version=reservation.version,
        channel=Channel(channel),
        slot_before_id=slot_before,
        slot_after_id=slot_after,
        reason=reason,
        done_by=by,
        call_id=call_id,
        happened_at=at,
    )
    access_log.record(
        what=str(what), resident_id=reservation.resident_id, why=reason, call_id=call_id, by=by,
        at=at,
    )  # fmt: skip
