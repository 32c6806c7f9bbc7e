"""The first half: a container comes in, and another person types its password (受領・開封)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.timezone import localdate

from exchange import parcels, row_caps, sealing, spool
from exchange.intake import refusals
from exchange.layouts import TARGET_LIST
from exchange.models import Parcel, ParcelEvent
from exchange.spool import Spooled
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.models.standing import Stage, Standing
from tenancy.permissions import Permission
from tenancy.standings import standing

MOST_FAILURES: Final = 5
MOST_WAITING: Final = 20  # containers of one person that wait for their password

_KEPT: Final = (
    Parcel.State.RECEIVED,
    Parcel.State.CHECKING,
    Parcel.State.CHECKED,
    Parcel.State.APPLYING,
    Parcel.State.APPLIED,
)


@dataclass(frozen=True)
class Declared:
    """What the officer says about the file: it is never guessed."""

    base_date: date
    rows: int
    encoding: str
    is_dummy: bool
    load: str = Parcel.Load.FULL
    repeat_reason: str = ""


def receive(
    *, spooled: Spooled, declared: Declared, station: str = "", by: Staff, at: datetime
) -> Parcel:
    """Keep a sealed container for its password; a refusal keeps nothing of it."""
    try:
        _check_permission(by)
        check_stage(standing(), is_dummy=declared.is_dummy)
        _check_dates(declared, at)
        _check_cap(declared, by)
        sealing.look_at(spool.path_of(spooled.name))
        with municipality_atomic():
            check_waiting(by)
            check_repeat(sha256=spooled.sha256, reason=declared.repeat_reason)
            return _write(spooled, declared, station, by=by, at=at)
    except BaseException:
        spool.erase(spooled.name)
        raise


def unlock(*, parcel: Parcel, password: str, by: Staff, at: datetime) -> Parcel:
    """Take the password from another person and hand the parcel to the checker.

    It lies sealed in the parcel's row until the parcel is done with, and nowhere else.
    """
    if not by.may(Permission.COMMIT_FILE):
        raise refusals.NotPermitted
    with municipality_atomic():
        held = Parcel.objects.select_for_update().get(pk=parcel.pk)
        if held.state != Parcel.State.RECEIVED:
            raise refusals.WrongState
        if held.first_by_id == by.pk:
            raise refusals.SamePerson
        held.password, held.unlocked_by, held.progress = password, by, 0
        parcels.settle(held, Parcel.State.CHECKING, ParcelEvent.What.UNLOCKED, by=by, at=at)
    return held


def check_stage(row: Standing, *, is_dummy: bool) -> None:
    """Dummy and real people never stand beside each other."""
    if row.stage == Stage.ENDED:
        raise refusals.Ended
    if row.takes_dummy_only and not is_dummy:
        raise refusals.NotDummy
    if not row.takes_dummy_only and is_dummy:
        raise refusals.NotReal


def _check_permission(by: Staff) -> None:
    if not by.may(Permission.SEND_FILE):
        raise refusals.NotPermitted


def _check_cap(declared: Declared, by: Staff) -> None:
    most = row_caps.most(role=by.role, purpose=Parcel.Purpose.REGISTER)
    if declared.rows > most:
        raise refusals.OverTheCap(most)


def _check_dates(declared: Declared, at: datetime) -> None:
    if declared.base_date > localdate(at):
        raise refusals.BaseDateAhead
    check_order(base_date=declared.base_date, is_dummy=declared.is_dummy)


def check_order(*, base_date: date, is_dummy: bool) -> None:
    """A list never overwrites one of a later base date, however long it lay before its commit."""
    applied = Parcel.objects.filter(
        direction=Parcel.Direction.IN,
        state=Parcel.State.APPLIED,
        layout=TARGET_LIST.id,
        is_dummy=is_dummy,
    )
    last = applied.order_by("-base_date").values_list("base_date", flat=True).first()
    if last is not None and base_date < last:
        raise refusals.OlderThanLast


def check_waiting(by: Staff) -> None:
    """One person cannot fill the disk with containers that nobody opens."""
    waiting = Parcel.objects.filter(
        direction=Parcel.Direction.IN, state=Parcel.State.RECEIVED, first_by=by
    )
    if waiting.count() >= MOST_WAITING:
        raise refusals.TooManyWaiting


def check_repeat(*, sha256: str, reason: str) -> None:
    """The same container twice needs a reason."""
    before = Parcel.objects.filter(direction=Parcel.Direction.IN, sha256=sha256, state__in=_KEPT)
    if before.exists() and not reason:
        raise refusals.AlreadyReceived


def _write(
    spooled: Spooled, declared: Declared, station: str, *, by: Staff, at: datetime
) -> Parcel:
    parcel = Parcel.objects.create(
        number=parcels.next_number(letter="T", at=at),
        direction=Parcel.Direction.IN,
        state=Parcel.State.RECEIVED,
        layout=TARGET_LIST.id,
        layout_version=TARGET_LIST.version,
        load=declared.load,
        purpose=Parcel.Purpose.REGISTER,
        encoding=declared.encoding,
        base_date=declared.base_date,
        declared_rows=declared.rows,
        is_dummy=declared.is_dummy,
        spool_name=spooled.name,
        size=spooled.size,
        sha256=spooled.sha256,
        repeat_reason=declared.repeat_reason,
        first_by=by,
        made_at=at,
        changed_at=at,
    )
    words = "　".join(filter(None, [station, declared.repeat_reason]))
    parcels.record(parcel, ParcelEvent.What.HANDED_IN, words=words, by=by, at=at)
    return parcel
