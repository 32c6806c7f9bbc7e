"""Rosters (予約名簿): made every day or on request, sealed, released by one person to another.

ask or make_due → build → release (for the daily ones) → fetch by a second person → the password,
once, on a paper of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError
from django.utils.timezone import localdate, localtime

from booking import day_list
from booking.day_list import Expected
from exchange import handover, parcels, roster_links, sealing, spool
from exchange.layouts import ROSTER
from exchange.layouts.layout import Layout
from exchange.layouts.roster import RosterRow
from exchange.models import Parcel, ParcelEvent
from exchange.roster_refusals import (
    AlreadyShown,
    FileGone,
    NobodyServed,
    NoRoomNow,
    NotPermitted,
    NotThisPerson,
    Refused,
    SamePerson,
    WrongState,
)
from privacy import access_log
from shared.calendar import age_on
from shared.database import violates
from shared.room import NoRoom
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from tenancy.models.standing import Stage
from tenancy.permissions import Permission
from tenancy.standings import standing
from venues.models import Channel, Venue

__all__ = [
    "AlreadyShown",
    "FileGone",
    "NoRoomNow",
    "NobodyServed",
    "NotPermitted",
    "NotThisPerson",
    "Refused",
    "SamePerson",
    "WrongState",
    "ask",
    "begin",
    "build",
    "expire",
    "fetch",
    "make_due",
    "release",
    "show_password",
]

KEPT_DAYS: Final = 7
_LARGEST: Final = 32 * 2**20
_CHANNELS: Final = {
    Channel.WEB: "1", Channel.PHONE: "2", Channel.WALK_IN: "3", Channel.RESERVE: "4",
}  # fmt: skip
SCHEDULED_ONCE: Final = "parcel_scheduled_once"


def ask(*, day: date, by: Staff, at: datetime) -> Parcel:
    """Ask for one day's roster; asking is also releasing it to a second person."""
    if not by.may(Permission.REQUEST_ROSTER):
        raise NotPermitted
    if standing().stage == Stage.ENDED:
        raise NobodyServed
    _disk_must_hold()
    with municipality_atomic():
        parcel = begin(day=day, is_scheduled=False, at=at)
        parcel.first_by = by
        parcels.settle(parcel, Parcel.State.BUILDING, ParcelEvent.What.ASKED, by=by, at=at)
    return parcel


def make_due(*, at: datetime) -> Parcel | None:
    """From the ward's hour on, begin tomorrow's roster, once; None when it is not due."""
    ours = standing()
    now = localtime(at)
    if ours.stage == Stage.ENDED or now.hour < ours.roster_hour:
        return None
    day = now.date() + timedelta(days=1)
    if Parcel.objects.filter(layout=ROSTER.id, base_date=day, is_scheduled=True).exists():
        return None
    try:
        with municipality_atomic():
            return begin(day=day, is_scheduled=True, at=at)
    except IntegrityError as clash:
        if violates(clash, SCHEDULED_ONCE):
            return None
        raise


def build(*, parcel_id: UUID, at: datetime) -> None:
    """Write and seal one day's roster; may be run again after a crash."""
    building = Parcel.objects.filter(pk=parcel_id, state=Parcel.State.BUILDING, layout=ROSTER.id)
    parcel = building.first()
    if parcel is not None:
        rows = (_row(one) for one in _expected(parcel.base_date))
        seal_and_keep(parcel, layout=ROSTER, rows=rows, at=at)


def seal_and_keep(
    parcel: Parcel,
    *,
    layout: Layout,
    rows: Iterable[tuple[str, ...]],
    beside: Mapping[str, Iterable[bytes]] | None = None,
    at: datetime,
) -> None:
    """Seal what is to leave, and keep where it lies; the parcel waits for its second person."""
    _disk_must_hold()
    password, name = sealing.make_password(), spool.new_name()
    cover = sealing.Cover(
        layout=layout, municipality_code=current().code, base_date=parcel.base_date,
        dummy=standing().takes_dummy_only,
    )  # fmt: skip
    sealed = sealing.seal(
        cover=cover, rows=rows, to=spool.path_of(name), password=password, at=at, beside=beside
    )
    try:
        _keep(parcel.pk, sealed, password=password, name=name, at=at)
    except BaseException:
        spool.erase(name)
        raise


def _disk_must_hold() -> None:
    """A roster of the largest day and its wrapping; it waits in its state for room."""
    try:
        spool.disks_must_hold(needed=_LARGEST)
    except NoRoom as none:
        raise NoRoomNow from none


def release(*, parcel: Parcel, by: Staff, at: datetime) -> Parcel:
    """Release a roster that the daily schedule made, to be fetched by a second person."""
    if not by.may(Permission.REQUEST_ROSTER):
        raise NotPermitted
    with municipality_atomic():
        held = _held(parcel, Parcel.State.SEALED)
        if held.first_by_id is not None:
            raise WrongState
        held.first_by = by
        parcels.settle(held, Parcel.State.SEALED, ParcelEvent.What.RELEASED, by=by, at=at)
    return held


def fetch(*, parcel: Parcel, by: Staff, at: datetime) -> tuple[Parcel, bytes]:
    """Give the sealed file to a second person, with a handover record; never its password."""
    if not by.may(Permission.FETCH_ROSTER):
        raise NotPermitted
    with municipality_atomic():
        held = _held(parcel, Parcel.State.SEALED, Parcel.State.FETCHED)
        first = held.first_by
        if first is None:
            raise WrongState
        if first.pk == by.pk:
            raise SamePerson
        roster_links.refuse_dead(held, at=at)
        content = _content(held)
        held.fetches += 1
        if held.state == Parcel.State.FETCHED:
            return _again(held, by), content
        held.second_by = by
        parcels.settle(held, Parcel.State.FETCHED, ParcelEvent.What.FETCHED, by=by, at=at)
        handover.record_handover(parcel=held, rows=held.rows or 0, given_by=first, by=by, at=at)
        what = "roster" if held.layout == ROSTER.id else "incident_pack"
        access_log.record(what=what, why=held.number, count=held.rows or 0, by=by, at=at)
    return held, content


def _again(held: Parcel, by: Staff) -> Parcel:
    """A download that broke off may be repeated by the same person, without a second record."""
    if held.second_by_id != by.pk:
        raise WrongState
    held.save(update_fields=["fetches"])
    return held


def _content(held: Parcel) -> bytes:
    try:
        return spool.path_of(held.spool_name).read_bytes()
    except FileNotFoundError as gone:
        raise FileGone from gone


def show_password(*, parcel: Parcel, by: Staff, at: datetime) -> tuple[Parcel, str]:
    """The password, once, for the one who fetched the file; after this nobody can read it."""
    if not by.may(Permission.FETCH_ROSTER):
        raise NotPermitted
    with municipality_atomic():
        held = Parcel.objects.select_for_update().get(pk=parcel.pk)
        if held.state == Parcel.State.CLOSED:
            raise AlreadyShown
        if held.state != Parcel.State.FETCHED:
            raise WrongState
        if held.second_by_id != by.pk:
            raise NotThisPerson
        password = str(held.password)
        what = ParcelEvent.What.PASSWORD_SHOWN
        parcels.settle(held, Parcel.State.CLOSED, what, by=by, at=at)
        parcels.erase_file(held, by=by, at=at)
    return held, password


def expire(*, at: datetime) -> int:
    """Erase rosters nobody has fetched for a week."""
    old = Parcel.objects.filter(
        direction=Parcel.Direction.OUT,
        state__in=[Parcel.State.SEALED, Parcel.State.FETCHED],
        changed_at__lt=at - timedelta(days=KEPT_DAYS),
    )
    count = 0
    for parcel in old:
        with municipality_atomic():
            held = Parcel.objects.select_for_update().get(pk=parcel.pk)
            if held.state != parcel.state:
                continue
            parcels.settle(held, Parcel.State.EXPIRED, ParcelEvent.What.ERASED, by=None, at=at)
            parcels.erase_file(held, by=None, at=at)
            count += 1
    return count


def begin(*, day: date, is_scheduled: bool, by: Staff | None = None, at: datetime) -> Parcel:
    parcel = Parcel.objects.create(
        number=parcels.next_number(letter="M", at=at),
        direction=Parcel.Direction.OUT,
        state=Parcel.State.BUILDING,
        layout=ROSTER.id,
        layout_version=ROSTER.version,
        base_date=day,
        is_dummy=standing().takes_dummy_only,
        is_scheduled=is_scheduled,
        made_at=at,
        changed_at=at,
    )
    if is_scheduled:
        parcels.record(parcel, ParcelEvent.What.ASKED, by=by, at=at)
    return parcel


def _keep(
    parcel_id: UUID, sealed: sealing.Sealed, *, password: str, name: str, at: datetime
) -> None:
    with municipality_atomic():
        held = Parcel.objects.select_for_update().get(pk=parcel_id)
        if held.state != Parcel.State.BUILDING:
            spool.erase(name)
            return
        held.password, held.spool_name = password, name
        held.rows, held.size, held.sha256 = sealed.manifest.rows, sealed.size, sealed.sha256
        held.csv_sha256, held.progress = sealed.manifest.sha256, 100
        parcels.settle(held, Parcel.State.SEALED, ParcelEvent.What.BUILT, by=None, at=at)


def _held(parcel: Parcel, *states: str) -> Parcel:
    held = Parcel.objects.select_for_update(of=("self",)).select_related("first_by")
    found = held.get(pk=parcel.pk)
    if found.state not in states:
        raise WrongState
    return found


def _expected(day: date) -> Iterator[Expected]:
    # A clinic's list has no reservation time and no venue (S-110): its roster needs an approval.
    return day_list.expected_on(day=day, venue_kind=Venue.Kind.MASS)


def _row(one: Expected) -> RosterRow:
    born_on, day = one.resident.born_on, localdate(one.starts_at)
    return RosterRow(
        venue_code=one.venue_code,
        venue_name=one.venue_name,
        reserved_on=day.isoformat(),
        starts_at=f"{localtime(one.starts_at):%H:%M}",
        reservation_number=one.reservation.reservation_number,
        municipality_code=one.issuer_code,
        voucher_number=one.voucher_number,
        name=one.resident.name,
        born_on=str(born_on),
        age_on_day=str(age_on(born_on, day)) if isinstance(born_on, date) else "",
        sex=one.resident.sex,
        dose_number=str(one.reservation.dose_number),
        vaccine_maker=one.vaccine_maker,
        last_dose_on="",  # no vaccination has been recorded here yet
        channel=_CHANNELS[Channel(one.reservation.channel)],
        outcome="",
    )
