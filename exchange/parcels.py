"""Verbs and questions on any parcel (受渡しファイル): numbers, events, erasing, lists."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localtime

from booking.models import Mailing
from exchange import locks, spool
from exchange.models import Parcel, ParcelEvent, RejectedRow
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff


class NoSuchParcel(LookupError):
    """This municipality has no such parcel."""


def find(*, parcel_id: UUID, direction: str) -> Parcel:
    """One parcel with its people, or NoSuchParcel."""
    rows = Parcel.objects.select_related("first_by", "unlocked_by", "second_by")
    found = rows.filter(pk=parcel_id, direction=direction).first()
    if found is None:
        raise NoSuchParcel(parcel_id)
    return found


def newest(*, direction: str) -> "QuerySet[Parcel]":
    """Parcels of one direction, newest first."""
    rows = Parcel.objects.select_related("first_by", "unlocked_by", "second_by")
    return rows.filter(direction=direction)


def about(mailing: Mailing) -> "QuerySet[Parcel]":
    """The files of one mailing, newest first."""
    rows = Parcel.objects.select_related("first_by", "second_by")
    return rows.filter(mailing=mailing).order_by("-made_at", "-number")


def given_out() -> "QuerySet[Parcel]":
    """Files that left by two people, the newest first: a medium may have been made of one."""
    gone = [Parcel.State.FETCHED, Parcel.State.CLOSED]
    return Parcel.objects.filter(direction=Parcel.Direction.OUT, state__in=gone)


def problems(parcel: Parcel) -> "QuerySet[RejectedRow]":
    """What was found in its rows, in the order of the file."""
    return RejectedRow.objects.filter(parcel=parcel)


def events(parcel: Parcel) -> "QuerySet[ParcelEvent]":
    """What happened to it, in order."""
    return ParcelEvent.objects.filter(parcel=parcel).select_related("done_by")


def unlocked_at(parcel: Parcel) -> datetime:
    """When its password was typed last."""
    return events(parcel).filter(what=ParcelEvent.What.UNLOCKED).latest("happened_at").happened_at


def next_number(*, letter: str, at: datetime) -> str:
    """The next number of the day; in the caller's transaction, one after another."""
    locks.number_in_turn()
    start = f"{letter}{localtime(at):%Y%m%d}-"
    used = Parcel.objects.filter(number__startswith=start).count()
    return f"{start}{used + 1:03}"


def record(
    parcel: Parcel, what: str, *, words: str = "", by: Staff | None, at: datetime
) -> ParcelEvent:
    """Write down what happened, in the caller's transaction."""
    return ParcelEvent.objects.create(
        parcel=parcel, what=what, words=words, done_by=by, happened_at=at
    )


def erase_file(parcel: Parcel, *, by: Staff | None, at: datetime) -> None:
    """Take the container and its password away once the transaction has committed."""
    name = parcel.spool_name
    parcel.password = None
    parcel.spool_name = ""
    parcel.save(update_fields=["password", "spool_name"])
    if name:
        record(parcel, ParcelEvent.What.ERASED, by=by, at=at)
        on_commit(lambda: spool.erase(name))


def settle(
    parcel: Parcel, state: str, what: str, *, words: str = "", by: Staff | None, at: datetime
) -> None:
    """Move a parcel to a state together with the event that says so."""
    with municipality_atomic():
        parcel.state = state
        parcel.changed_at = at
        parcel.save()
        record(parcel, what, words=words, by=by, at=at)
