"""Verbs an operator does for a caller: claim, move, cancel; each inside a call, with its lease.

An operator takes from the telephone's share first, and from what the ward lends it when that is
gone: the web's, the walk-ins', the reserve.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking import contact_changes, holds, reservations, waiting_list
from booking.change_limits import Later
from booking.contacts import Contact
from booking.models import Reservation, Resident, WaitingListEntry
from booking.reservations import Asking, Wish
from booking.waiting_list import WaitingWish
from callcentre import leases, parties
from callcentre.models import CallParty
from callcentre.refusals import NoticeNotRead, NotIdentified
from callcentre.shares import shares
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import slots
from venues.models import Channel

TRIES: Final = 3  # the bucket chosen may be gone a moment later; the other one is tried
CANCEL_REASONS: Final[dict[str, Promise]] = {
    "plans": _("都合が変わった"),
    "health": _("体調がすぐれない"),
    "elsewhere": _("ほかで接種する・した"),
    "no_wish": _("接種をやめる"),
    "moving": _("転出する"),
    "mistake": _("予約の誤り"),
    "other": _("その他"),
}


def claim_for(
    *,
    party: CallParty,
    wishes: dict[int, int],
    request_key: UUID,
    by: Staff,
    at: datetime,
) -> list[Reservation]:
    """Take a place for each dose (dose number → slot), all or none, for a party of one's call."""
    with municipality_atomic():
        row = may_change(party, by=by, at=at)
        asking = Asking(
            channel=Channel.PHONE,
            request_key=request_key,
            notice_version=row.call.notice_version or 1,
            speaker=row.speaker,
            call_id=row.call_id,
            language=row.resident.language,
        )
        made = _claim(row, wishes, asking, by=by, at=at)
    holds.release_by_staff(resident_ids=[row.resident_id], by=by, at=at)
    return made


@dataclass(frozen=True)
class GivingUp:
    """An earlier dose that is cancelled in the same moment, as it was when it was read out."""

    reservation_id: UUID
    version: int
    reason: str


def move_for(
    *,
    party: CallParty,
    reservation_id: UUID,
    version: int,
    slot_id: int,
    pass_reason: str = "",
    giving_up: GivingUp | None = None,
    by: Staff,
    at: datetime,
) -> Reservation:
    """Move one reservation of the party to another slot, as it was when it was read out.

    Where a limit has passed the reason is asked for; an earlier dose may be given up with it.
    """
    with municipality_atomic():
        row = may_change(party, by=by, at=at)
        reservation = _as_read_out(row, reservation_id, version)
        if reservation.slot_id == slot_id:  # asked before a full slot says that it is full
            raise reservations.SamePlace
        told: dict[str, Any] = {
            "channel": Channel.PHONE, "call_id": row.call_id, "by": by, "at": at,
        }  # fmt: skip
        for attempt in range(TRIES):
            try:
                bucket_id = bucket_of(slot_id, at, holder_id=row.resident_id)
                if giving_up is None:
                    return reservations.move(
                        reservation=reservation, bucket_id=bucket_id, reason=pass_reason, **told
                    )
                return reservations.cancel_with_later(
                    reservation=_as_read_out(row, giving_up.reservation_id, giving_up.version),
                    later=Later.MOVE, move_to=bucket_id, reason=giving_up.reason,
                    pass_reason=pass_reason, **told,
                )[-1]  # fmt: skip
            except reservations.SlotFull:
                if attempt + 1 == TRIES:
                    raise
    raise AssertionError("unreachable")


def cancel_for(
    *,
    party: CallParty,
    reservation_id: UUID,
    version: int,
    reason: str,
    later: Later | None = None,
    by: Staff,
    at: datetime,
) -> list[Reservation]:
    """Cancel one reservation of the party, as it was when it was read out, and keep or cancel
    those after it as the caller said.
    """
    with municipality_atomic():
        row = may_change(party, by=by, at=at)
        return reservations.cancel_with_later(
            reservation=_as_read_out(row, reservation_id, version),
            later=later,
            channel=Channel.PHONE,
            reason=reason,
            call_id=row.call_id,
            by=by,
            at=at,
        )


def answer_offer_for(
    *, party: CallParty, offer_id: UUID, takes: bool, by: Staff, at: datetime
) -> Reservation | None:
    """Take or pass on the place that is held for the party, as it says on the telephone."""
    with municipality_atomic():
        row = may_change(party, by=by, at=at)
        found = waiting_list.offers_of(resident_id=row.resident_id, at=at)
        if offer_id not in {one.pk for one in found}:
            raise waiting_list.OfferOver
        if not takes:
            waiting_list.decline(offer_id=offer_id, call_id=row.call_id, by=by, at=at)
            return None
        return waiting_list.take(
            offer_id=offer_id, channel=Channel.PHONE, call_id=row.call_id, by=by, at=at
        )


def join_waiting_for(
    *, party: CallParty, wish: WaitingWish, contact: Contact, by: Staff, at: datetime
) -> WaitingListEntry:
    """Put the party on the waiting list; without a contact of its own, the one on record."""
    with municipality_atomic():
        row = may_change(party, by=by, at=at)
        kept = row.resident
        if not (contact.phone or contact.email):
            contact = Contact(phone=kept.phone, email=kept.email, language=kept.language)
        return waiting_list.join(
            resident_id=row.resident_id, wish=wish, contact=contact,
            notice_version=row.call.notice_version or 1, call_id=row.call_id, by=by, at=at,
        )  # fmt: skip


def leave_waiting_for(
    *, party: CallParty, dose_number: int, programme_id: int | None = None, by: Staff, at: datetime
) -> None:
    """Take the party off the waiting list; what was being offered goes to the next one."""
    with municipality_atomic():
        row = may_change(party, by=by, at=at)
        waiting_list.leave(
            resident_id=row.resident_id, dose_number=dose_number, programme_id=programme_id,
            call_id=row.call_id, by=by, at=at,
        )  # fmt: skip


def change_contact_for(*, party: CallParty, contact: Contact, by: Staff, at: datetime) -> Resident:
    """Put another contact on record for the party; the old one is told (T50)."""
    with municipality_atomic():
        row = may_change(party, by=by, at=at)
        return contact_changes.change(
            resident=row.resident, contact=contact, call_id=row.call_id, by=by, at=at
        )


def may_change(party: CallParty, *, by: Staff, at: datetime) -> CallParty:
    """In the caller's transaction: the party of one's live call, proven and leased; or a refusal."""
    row = parties.own(party_id=party.pk, by=by)
    if not row.has_passed:
        raise NotIdentified
    if row.call.notice_version is None:
        raise NoticeNotRead
    parties.refuse_proxy(row.speaker)
    leases.require(resident_id=row.resident_id, call=row.call, by=by, at=at)
    return row


def _claim(
    row: CallParty, wishes: dict[int, int], asking: Asking, *, by: Staff, at: datetime
) -> list[Reservation]:
    if not wishes:
        raise reservations.SlotFull
    for attempt in range(TRIES):
        try:
            chosen = [
                Wish(dose, bucket_of(slot_id, at, holder_id=row.resident_id))
                for dose, slot_id in sorted(wishes.items())
            ]
            return reservations.claim(
                resident=row.resident, wishes=chosen, asking=asking, by=by, at=at
            )
        except (reservations.SlotFull, reservations.PairNotFree):
            if known := _earlier(row, wishes, asking):
                return known
            if attempt + 1 == TRIES:
                raise
    raise AssertionError("unreachable")


def _earlier(row: CallParty, wishes: dict[int, int], asking: Asking) -> list[Reservation]:
    """What the same form already got: it may have taken the very place that is missing now."""
    found = reservations.of_request(request_key=asking.request_key, resident_id=row.resident_id)
    live = [one for one in found if one.is_live]
    return live if len(live) == len(wishes) else []


def bucket_of(slot_id: int, at: datetime, *, holder_id: UUID | None = None) -> int:
    """The bucket with a place left: the telephone's, else one the ward lends it; or SlotFull."""
    takeable = slots.takeable(slot_id=slot_id, channels=shares(), holder_id=holder_id, at=at)
    if not takeable:
        raise reservations.SlotFull
    return takeable[0]


def _as_read_out(row: CallParty, reservation_id: UUID, version: int) -> Reservation:
    for one in reservations.live_of(row.resident_id):
        if one.pk == reservation_id and one.version == version:
            return one
    raise reservations.ChangedMeanwhile
