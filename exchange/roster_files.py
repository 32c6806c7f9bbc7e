"""The files of rosters (予約名簿のファイル): written, capped, marked, sealed and kept for their second person."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.timezone import localdate, localtime

from booking import day_list
from booking.day_list import Expected
from exchange import handover, parcels, row_caps, sealing, spool
from exchange.layouts import ROSTER
from exchange.layouts.layout import Layout
from exchange.layouts.roster import RosterRow
from exchange.models import Parcel, ParcelEvent
from exchange.roster_refusals import NoRoomNow, OverTheCap
from shared.calendar import age_on
from shared.room import NoRoom
from tenancy.current import current, municipality_atomic
from tenancy.permissions import Role
from tenancy.standings import standing
from venues.models import Channel, Venue

#: For whom a daily roster is made, until somebody releases it.
DAILY: Final = "毎日の自動作成"
_LARGEST: Final = 32 * 2**20
_CHANNELS: Final = {
    Channel.WEB: "1", Channel.PHONE: "2", Channel.WALK_IN: "3", Channel.RESERVE: "4",
}  # fmt: skip


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
    disk_must_hold()
    password, name = sealing.make_password(), spool.new_name()
    cover = sealing.Cover(
        layout=layout, municipality_code=current().code, base_date=parcel.base_date,
        dummy=standing().takes_dummy_only, mark=_mark(parcel),
    )  # fmt: skip
    capped = _capped(rows, _most(parcel))
    try:
        sealed = sealing.seal(
            cover=cover,
            rows=capped,
            to=spool.path_of(name),
            password=password,
            at=at,
            beside=beside,
        )
    except OverTheCap as over:
        _give_up(parcel.pk, over, at=at)
        return
    try:
        _keep(parcel.pk, sealed, password=password, name=name, at=at)
    except BaseException:
        spool.erase(name)
        raise


def disk_must_hold() -> None:
    """A roster of the largest day and its wrapping; it waits in its state for room."""
    try:
        spool.disks_must_hold(needed=_LARGEST)
    except NoRoom as none:
        raise NoRoomNow from none


def _most(parcel: Parcel) -> int:
    """The daily roster is nobody's yet: it is capped as the role that will release it."""
    role = parcel.first_by.role if parcel.first_by else Role.WARD_OFFICER
    return row_caps.most(role=role, purpose=parcel.aim)


def _capped(rows: Iterable[tuple[str, ...]], most: int) -> Iterator[tuple[str, ...]]:
    for count, row in enumerate(rows, start=1):
        if count > most:
            raise OverTheCap(most)
        yield row


def _mark(parcel: Parcel) -> sealing.Mark:
    first = parcel.first_by
    return sealing.Mark(
        number=parcel.number,
        issued_by=sealing.plain_line(handover.signature(first)) if first else DAILY,
        purpose=str(parcel.aim.label),
    )


def _give_up(parcel_id: UUID, over: OverTheCap, *, at: datetime) -> None:
    """Nothing of it is kept; the page says why."""
    with municipality_atomic():
        held = Parcel.objects.select_for_update().get(pk=parcel_id)
        if held.state == Parcel.State.BUILDING:
            held.closing_words = str(over.words)
            what = ParcelEvent.What.REFUSED
            parcels.settle(
                held, Parcel.State.REFUSED, what, words=held.closing_words, by=None, at=at
            )


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
