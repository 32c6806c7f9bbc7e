"""The answer to an offer: take or decline, once, in time (空きの案内への返事)."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking import reservations
from booking.contacts import Contact
from booking.models import Reservation, Resident, WaitingListEntry, WaitingListOffer
from booking.reservations import Asking, Wish
from booking.waiting_list import _ending, _tokens
from booking.waiting_list._refusals import AlreadyAnswered, OfferOver, UnknownOffer
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues.models import Channel

State = WaitingListOffer.State
PRESSED_TWICE: Final = timedelta(minutes=10)


def find(*, token: str, was_pressed: bool = False, at: datetime) -> WaitingListOffer:
    """The open offer of a link; raises UnknownOffer, OfferOver or AlreadyAnswered.

    Who presses twice, and only then, is let through to what was taken a moment ago.
    """
    rows = WaitingListOffer.objects.select_related("slot__opening__venue", "entry")
    found = rows.filter(token_index=_tokens.index(token)).first()
    if found is None:
        raise UnknownOffer
    is_again = was_pressed and found.ended_at is not None and at - found.ended_at < PRESSED_TWICE
    if not (is_again and found.state == State.TAKEN):
        _check_open(found, at=at)
    return found


def take(
    *,
    offer_id: UUID,
    channel: str = Channel.WEB,
    call_id: UUID | None = None,
    by: Staff | None,
    at: datetime,
) -> Reservation:
    """Turn the held place into a reservation; pressing twice gives the same one.

    The claim decides as always: what it refuses, it refuses here.
    """
    with municipality_atomic():
        offer, entry = _locked(offer_id)
        if offer.state == State.TAKEN:
            return _taken(offer, entry)
        _check_open(offer, at=at)
        asking = Asking(
            channel=channel,
            request_key=offer.pk,
            call_id=call_id,
            language=entry.language,
            notice_version=entry.notice_version,
            offer_id=offer.pk,
        )
        (made,) = reservations.claim(
            resident=entry.resident,
            wishes=[Wish(entry.dose_number, offer.bucket_id)],
            asking=asking,
            contact=contact_of(entry),
            by=by,
            at=at,
        )
        _ending.end_offer(offer, State.TAKEN, by=by, at=at)
        _ending.end(entry, WaitingListEntry.State.BOOKED, by=by, at=at)
    return made


def decline(*, offer_id: UUID, call_id: UUID | None = None, by: Staff | None, at: datetime) -> None:
    """Pass the place on and wait for the next one; a declined slot is not offered again."""
    with municipality_atomic():
        offer, entry = _locked(offer_id)
        _check_open(offer, at=at)
        _ending.end_offer(offer, State.DECLINED, by=by, at=at)
        _ending.wait_again(entry, answered=True, at=at)
        access_log.record(
            what="offer_declined", resident_id=entry.resident_id, call_id=call_id, by=by, at=at
        )


def _locked(offer_id: UUID) -> tuple[WaitingListOffer, WaitingListEntry]:
    offer = WaitingListOffer.objects.select_related("entry").filter(pk=offer_id).first()
    if offer is None:
        raise UnknownOffer
    Resident.objects.select_for_update(no_key=True).only("pk").get(pk=offer.entry.resident_id)
    entry = WaitingListEntry.objects.select_for_update(no_key=True).get(pk=offer.entry_id)
    return WaitingListOffer.objects.get(pk=offer_id), entry


def _check_open(offer: WaitingListOffer, *, at: datetime) -> None:
    if offer.state in {State.TAKEN, State.DECLINED}:
        raise AlreadyAnswered
    if offer.state != State.OPEN or at >= offer.until:
        raise OfferOver


def _taken(offer: WaitingListOffer, entry: WaitingListEntry) -> Reservation:
    found = reservations.of_request(request_key=offer.pk, resident_id=entry.resident_id)
    live = [one for one in found if one.is_live]
    if not live:  # cancelled since: the link does not bring it back
        raise AlreadyAnswered
    return live[0]


def contact_of(entry: WaitingListEntry) -> Contact | None:
    """The contact given with the wish becomes the resident's with a first reservation only."""
    if reservations.live_of(entry.resident_id):
        return None
    return Contact(phone=entry.phone, email=entry.email, language=entry.language)
