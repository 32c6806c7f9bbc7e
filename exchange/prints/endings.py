"""Verbs: how a mailing ends (発送便の終わり): called off, sent, or closed with its numbers."""

from datetime import date, datetime

from django.utils.timezone import localdate

from booking import mailings
from booking.models import Envelope, Mailing
from exchange import parcels
from exchange.models import Parcel, ParcelEvent
from exchange.prints import refusals
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

State = Envelope.State


def call_off(*, mailing: Mailing, words: str, by: Staff, at: datetime) -> Mailing:
    """Give a mailing up before anything of it was printed: its people wait for another."""
    with municipality_atomic():
        held = _held(mailing, by)
        envelopes = Envelope.objects.filter(mailing=held)
        if envelopes.exclude(state=State.PLANNED).exists() or _is_building(held):
            raise refusals.WrongState
        _erase_files(held, by=by, at=at)
        envelopes.update(state=State.CALLED_OFF, is_current=False)
        held.counted = 0
        return _close(held, words, by=by, at=at)


def _erase_files(mailing: Mailing, *, by: Staff, at: datetime) -> None:
    """What was not fetched is never fetched; what was fetched without its password stays shut."""
    leaving = [Parcel.State.SEALED, Parcel.State.FETCHED]
    rows = Parcel.objects.select_for_update(of=("self",)).filter(
        mailing=mailing, direction=Parcel.Direction.OUT, state__in=leaving
    )
    for parcel in rows:
        parcels.settle(parcel, Parcel.State.EXPIRED, ParcelEvent.What.ERASED, by=by, at=at)
        parcels.erase_file(parcel, by=by, at=at)


def mark_mailed(*, mailing: Mailing, day: date, by: Staff, at: datetime) -> Mailing:
    """Say on which day the envelopes were sent."""
    with municipality_atomic():
        held = _held(mailing, by)
        if not held.envelopes or not localdate(held.made_at) <= day <= localdate(at):
            raise refusals.WrongDay
        held.mailed_on = day
        held.save(update_fields=["mailed_on"])
    return held


def close(*, mailing: Mailing, counted: int, words: str, by: Staff, at: datetime) -> Mailing:
    """Close with the number that was delivered and counted; what differs needs words (S-77)."""
    with municipality_atomic():
        held = _held(mailing, by)
        if not held.envelopes:
            raise refusals.WrongState
        states = mailings.states_of(held)
        is_open = any(states.get(one, 0) for one in mailings.ON_THE_WAY)
        if (is_open or states.get(State.DELIVERED, 0) != counted) and not words:
            raise refusals.ExplainFirst
        held.counted = counted
        return _close(held, words, by=by, at=at)


def _held(mailing: Mailing, by: Staff) -> Mailing:
    if not by.may(Permission.PRINT_VOUCHERS):
        raise refusals.NotPermitted
    held = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing.pk)
    if held.closed_at is not None:
        raise refusals.WrongState
    return held


def _is_building(mailing: Mailing) -> bool:
    working = Parcel.objects.filter(mailing=mailing, state=Parcel.State.BUILDING)
    return working.exists()


def _close(held: Mailing, words: str, *, by: Staff, at: datetime) -> Mailing:
    held.closing_words, held.closed_by, held.closed_at = words, by, at
    held.save(update_fields=["counted", "closing_words", "closed_by", "closed_at"])
    return held
