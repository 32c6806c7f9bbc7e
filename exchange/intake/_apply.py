"""The second half: another person commits, and the list enters in one transaction (承認・取込)."""

import logging
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from booking import enrolments
from booking.enrolments import Enrolment, Settled
from exchange import handover, locks, parcels, sealing, spool
from exchange.intake import refusals
from exchange.intake._check import refuse
from exchange.intake._compare import Comparison, enrolment
from exchange.intake._reading import meanings, opened
from exchange.intake._receive import check_order, check_stage
from exchange.intake._tally import Tally
from exchange.layouts import TARGET_LIST
from exchange.layouts.problems import FileRefused
from exchange.models import Parcel, ParcelEvent
from exchange.progress import Meter, told
from privacy import access_log
from shared.room import NoRoom
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.standings import standing

log = logging.getLogger(__name__)
_MINUTES = 20
ROW_BYTES = 2500  # a resident with voucher and indexes, as measured with 313,000


def commit(*, parcel: Parcel, partial_reason: str = "", by: Staff, at: datetime) -> Parcel:
    """Let the list in: a second person, after the dry run; rows with errors need a reason."""
    if not by.may(Permission.COMMIT_FILE):
        raise refusals.NotPermitted
    with municipality_atomic():
        held = Parcel.objects.select_for_update().get(pk=parcel.pk)
        if held.state != Parcel.State.CHECKED or held.layout != TARGET_LIST.id:
            raise refusals.WrongState
        if held.first_by_id == by.pk:
            raise refusals.SamePerson
        if not held.summary["taken"]:
            raise refusals.NothingToTake
        if held.errors and not partial_reason:
            raise refusals.ErrorsLeft
        check_order(base_date=held.base_date, is_dummy=held.is_dummy)
        _disks_must_hold(held)
        held.second_by, held.partial_reason, held.progress = by, partial_reason, 0
        what = ParcelEvent.What.COMMITTED
        parcels.settle(held, Parcel.State.APPLYING, what, words=partial_reason, by=by, at=at)
    return held


def _disks_must_hold(parcel: Parcel) -> None:
    """Rows, their indexes, the journal of both, and as much again: three times the estimate."""
    try:
        spool.disks_must_hold(needed=3 * ROW_BYTES * (parcel.rows or 0))
    except NoRoom as none:
        raise refusals.NoRoomNow from none


def give_back(*, parcel: Parcel, reason: str, by: Staff, at: datetime) -> Parcel:
    """Return a parcel that was not taken in (差戻し): its file goes, the reason stays."""
    with municipality_atomic():
        held = Parcel.objects.select_for_update().get(pk=parcel.pk)
        if held.state not in {Parcel.State.RECEIVED, Parcel.State.CHECKED}:
            raise refusals.WrongState
        held.closing_words = reason
        what = ParcelEvent.What.RETURNED
        parcels.settle(held, Parcel.State.RETURNED, what, words=reason, by=by, at=at)
        parcels.erase_file(held, by=by, at=at)
    return held


def apply(*, parcel_id: UUID, at: datetime) -> None:
    """Take a committed list in: everything in one transaction, or nothing; may be run again."""
    try:
        with told(parcel_id) as meter, municipality_atomic():
            if not locks.intake_is_ours():
                return
            locks.allow_minutes(_MINUTES)
            parcel = Parcel.objects.get(pk=parcel_id)
            if parcel.state != Parcel.State.APPLYING or parcel.layout != TARGET_LIST.id:
                return
            _disks_must_hold(parcel)
            settled = _settle(parcel, meter, at=at)
            meter.stop()
            _conclude(parcel, settled, at=at)
    except refusals.ChangedSince:
        ask_again(parcel_id, at=at)
    except refusals.NoRoomNow:
        log.error("a list waits for room on the disk")  # noqa: TRY400 - the words say it all
    except (sealing.Refused, refusals.Refused) as refused:
        refuse(parcel_id=parcel_id, words=str(refused.words), at=at)
    except FileNotFoundError:
        refuse(parcel_id=parcel_id, words=str(refusals.FileLost.words), at=at)
    except FileRefused as refused:
        refuse(parcel_id=parcel_id, words=refused.words, problem=refused.problem, at=at)


def _settle(parcel: Parcel, meter: Meter, *, at: datetime) -> Settled:
    check_stage(standing(), is_dummy=parcel.is_dummy)
    check_order(base_date=parcel.base_date, is_dummy=parcel.is_dummy)
    with opened(parcel) as found:
        comparison = Comparison()
        tally = Tally(base_date=parcel.base_date, holders=set())
        understood = meanings(parcel, found, comparison, meter)

        def rows() -> Iterator[Enrolment]:
            for row, target, what, known in understood:
                tally.note(row)
                if what is not None:
                    tally.take(target, what, known)
                    yield enrolment(target, comparison.key_of(target), what, known)

        settled = enrolments.enrol(
            rows=rows(), base_date=parcel.base_date, is_dummy=parcel.is_dummy, at=at
        )
    seen = {"sha256": found.sha256, "rows": tally.rows, **tally.meanings()}
    said = dict(parcel.summary["what"])
    said.pop("gone")
    if seen != {"sha256": parcel.csv_sha256, "rows": parcel.rows, **said}:
        raise refusals.ChangedSince
    return settled


def _conclude(parcel: Parcel, settled: Settled, *, at: datetime) -> None:
    parcel = Parcel.objects.select_for_update().get(pk=parcel.pk)
    by = parcel.second_by
    assert by is not None
    assert parcel.first_by is not None
    assert parcel.unlocked_by is not None
    parcel.progress = 100
    parcel.summary["to_decide"] = list(settled.reservations_to_decide)
    parcels.settle(parcel, Parcel.State.APPLIED, ParcelEvent.What.APPLIED, by=by, at=at)
    parcels.erase_file(parcel, by=by, at=at)
    handover.record_received_notice(
        parcel=parcel,
        given_by=parcel.first_by,
        by=parcel.unlocked_by,
        at=parcels.unlocked_at(parcel),
    )
    handover.record_receipt(
        parcel=parcel, rows=settled.rows, given_by=parcel.first_by, by=by, at=at
    )
    access_log.record(what="intake", why=parcel.number, count=settled.rows, by=by, at=at)


def ask_again(parcel_id: UUID, *, at: datetime) -> None:
    """The register moved on since the dry run: the password is asked for once more."""
    with municipality_atomic():
        parcel = Parcel.objects.select_for_update().get(pk=parcel_id)
        if parcel.state != Parcel.State.APPLYING:
            return
        parcel.password = parcel.unlocked_by = parcel.second_by = None
        parcel.progress = 0
        parcel.closing_words = str(refusals.ChangedSince.words)
        what = ParcelEvent.What.CHECKED
        words = parcel.closing_words
        parcels.settle(parcel, Parcel.State.RECEIVED, what, words=words, by=None, at=at)
