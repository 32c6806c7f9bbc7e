"""Rosters (予約名簿): made every day or on request, sealed, released by one person to another.

ask or make_due → build → release (for the daily ones) → fetch by a second person → the password,
once, on a paper of its own.
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError
from django.utils.timezone import localtime

from exchange import handover, parcels, roster_links, row_caps, spool
from exchange.layouts import ROSTER
from exchange.models import Parcel, ParcelEvent
from exchange.roster_files import build, disk_must_hold
from exchange.roster_refusals import (
    AlreadyShown,
    FileGone,
    NobodyServed,
    NoPurpose,
    NoRoomNow,
    NotPermitted,
    NotThisPerson,
    OverTheCap,
    Refused,
    SamePerson,
    WrongState,
)
from privacy import access_log
from shared.database import violates
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.models.standing import Stage
from tenancy.permissions import Permission
from tenancy.standings import standing

__all__ = [
    "AlreadyShown",
    "FileGone",
    "NoPurpose",
    "NoRoomNow",
    "NobodyServed",
    "NotPermitted",
    "NotThisPerson",
    "OverTheCap",
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
#: What a roster can be asked for.
ASKED_FOR: Final = (Parcel.Purpose.VISIT_DAY, Parcel.Purpose.WARD_CHECK)
_ACTS: Final = {"RST": "roster", "PRT": "print_run", "PUL": "pull_list"}
SCHEDULED_ONCE: Final = "parcel_scheduled_once"


def ask(*, day: date, purpose: str, by: Staff, at: datetime) -> Parcel:
    """Ask for one day's roster; asking is also releasing it to a second person."""
    if not by.may(Permission.REQUEST_ROSTER):
        raise NotPermitted
    if standing().stage == Stage.ENDED:
        raise NobodyServed
    if purpose not in ASKED_FOR or not row_caps.most(role=by.role, purpose=purpose):
        raise NoPurpose
    disk_must_hold()
    with municipality_atomic():
        parcel = begin(day=day, is_scheduled=False, at=at)
        parcel.first_by, parcel.purpose = by, purpose
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


def release(*, parcel: Parcel, by: Staff, at: datetime) -> Parcel:
    """Release a roster that the daily schedule made, to be fetched by a second person."""
    if not by.may(Permission.REQUEST_ROSTER):
        raise NotPermitted
    with municipality_atomic():
        held = _held(parcel, Parcel.State.SEALED)
        if held.first_by_id is not None:
            raise WrongState
        _refuse_over(held, by)
        held.first_by = by
        parcels.settle(held, Parcel.State.SEALED, ParcelEvent.What.RELEASED, by=by, at=at)
    return held


def fetch(*, parcel: Parcel, station: str = "", by: Staff, at: datetime) -> tuple[Parcel, bytes]:
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
        _refuse_over(held, by)
        content = _content(held)
        held.fetches += 1
        if held.state == Parcel.State.FETCHED:
            return _again(held, by), content
        held.second_by = by
        fetched = ParcelEvent.What.FETCHED
        parcels.settle(held, Parcel.State.FETCHED, fetched, words=station, by=by, at=at)
        handover.record_handover(parcel=held, rows=held.rows or 0, given_by=first, by=by, at=at)
        what = _ACTS.get(held.layout, "incident_pack")
        access_log.record(what=what, why=held.number, count=held.rows or 0, by=by, at=at)
    return held, content


def _refuse_over(held: Parcel, by: Staff) -> None:
    most = row_caps.most(role=by.role, purpose=held.aim)
    if (held.rows or 0) > most:
        raise OverTheCap(most)


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
        assert held.first_by is not None
        handover.record_notice(parcel=held, given_by=held.first_by, by=by, at=at)
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
        purpose=Parcel.Purpose.VISIT_DAY,
        made_at=at,
        changed_at=at,
    )
    if is_scheduled:
        parcels.record(parcel, ParcelEvent.What.ASKED, by=by, at=at)
    return parcel


def _held(parcel: Parcel, *states: str) -> Parcel:
    held = Parcel.objects.select_for_update(of=("self",)).select_related("first_by")
    found = held.get(pk=parcel.pk)
    if found.state not in states:
        raise WrongState
    return found
