"""Verbs: the printer's result file (印刷結果) comes in, is compared, and is written down by two people.

receive (A) → unlock (B) → check → commit (anybody but A) → apply; or give back, as with a list.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from booking import mailings
from booking.models import Mailing
from exchange import handover, locks, parcels, row_caps, sealing, spool
from exchange.intake import refusals as intake_refusals
from exchange.intake._apply import ask_again
from exchange.intake._check import Seen, check_content, look_over, refuse
from exchange.intake._reading import opened
from exchange.intake._receive import check_repeat, check_stage, check_waiting
from exchange.layouts import PRINTED, reading
from exchange.layouts.layout import Facts
from exchange.layouts.printing import PrintedRow
from exchange.layouts.problems import FileRefused, Problem
from exchange.models import Parcel, ParcelEvent
from exchange.prints import refusals
from exchange.prints.reconciling import Reconciliation
from exchange.progress import Meter, told
from exchange.spool import Spooled
from privacy import access_log
from privacy import sealing as columns
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.standings import standing

MOST_KEPT: Final = 50_000
_MINUTES: Final = 20


@dataclass(frozen=True)
class Told:
    """What the officer says about a result file."""

    rows: int
    encoding: str
    repeat_reason: str = ""


def receive(
    *, mailing: Mailing, spooled: Spooled, told: Told, station: str = "", by: Staff, at: datetime
) -> Parcel:
    """Keep a sealed result file for its password; a refusal keeps nothing of it."""
    try:
        _check(mailing, told, by)
        sealing.look_at(spool.path_of(spooled.name))
        with municipality_atomic():
            check_waiting(by)
            check_repeat(sha256=spooled.sha256, reason=told.repeat_reason)
            return _write(mailing, spooled, told, station, by=by, at=at)
    except BaseException:
        spool.erase(spooled.name)
        raise


def _check(mailing: Mailing, told: Told, by: Staff) -> None:
    if not by.may(Permission.SEND_FILE):
        raise intake_refusals.NotPermitted
    if mailing.closed_at is not None or not mailing.envelopes:
        raise refusals.WrongState
    check_stage(standing(), is_dummy=standing().takes_dummy_only)
    most = row_caps.most(role=by.role, purpose=Parcel.Purpose.PRINTING)
    if told.rows > most:
        raise intake_refusals.OverTheCap(most)


def _write(
    mailing: Mailing, spooled: Spooled, told: Told, station: str, *, by: Staff, at: datetime
) -> Parcel:
    parcel = Parcel.objects.create(
        number=parcels.next_number(letter="R", at=at),
        direction=Parcel.Direction.IN,
        state=Parcel.State.RECEIVED,
        layout=PRINTED.id,
        layout_version=PRINTED.version,
        load=Parcel.Load.DELTA,
        purpose=Parcel.Purpose.PRINTING,
        encoding=told.encoding,
        base_date=mailing.base_date,
        declared_rows=told.rows,
        is_dummy=standing().takes_dummy_only,
        spool_name=spooled.name,
        size=spooled.size,
        sha256=spooled.sha256,
        repeat_reason=told.repeat_reason,
        mailing=mailing,
        first_by=by,
        made_at=at,
        changed_at=at,
    )
    words = "　".join(filter(None, [station, told.repeat_reason]))
    parcels.record(parcel, ParcelEvent.What.HANDED_IN, words=words, by=by, at=at)
    return parcel


def check(*, parcel_id: UUID, at: datetime) -> None:
    """Compare one unlocked result file with what was sent; nothing is changed."""
    look_over(parcel_id=parcel_id, layout=PRINTED, look=_look, at=at)


def _look(parcel: Parcel, meter: Meter) -> Seen:
    found = _Pass(parcel)
    digest = found.read(meter)
    check_content(parcel, digest)
    if found.rows != parcel.declared_rows:
        raise intake_refusals.RowsDiffer
    return Seen(found.rows, found.summary(), digest, found.problems)


def commit(*, parcel: Parcel, partial_reason: str = "", by: Staff, at: datetime) -> Parcel:
    """Let the results in: a second person; rows that contradict the envelopes need a reason."""
    if not by.may(Permission.COMMIT_FILE):
        raise intake_refusals.NotPermitted
    with municipality_atomic():
        held = Parcel.objects.select_for_update().get(pk=parcel.pk)
        if held.state != Parcel.State.CHECKED or held.layout != PRINTED.id:
            raise intake_refusals.WrongState
        if held.first_by_id == by.pk:
            raise intake_refusals.SamePerson
        if held.errors and not partial_reason:
            raise intake_refusals.ErrorsLeft
        held.second_by, held.partial_reason, held.progress = by, partial_reason, 0
        what = ParcelEvent.What.COMMITTED
        parcels.settle(held, Parcel.State.APPLYING, what, words=partial_reason, by=by, at=at)
    return held


def apply(*, parcel_id: UUID, at: datetime) -> None:
    """Write down how far the envelopes are: all of the file or nothing; may be run again."""
    waiting = Parcel.objects.filter(
        pk=parcel_id, state=Parcel.State.APPLYING, layout=PRINTED.id
    ).select_related("mailing", "first_by", "second_by", "unlocked_by")
    if not waiting.exists():
        return
    try:
        with told(parcel_id) as meter, municipality_atomic():
            if not locks.intake_is_ours():
                return
            locks.allow_minutes(_MINUTES)
            parcel = waiting.first()
            if parcel is not None:
                _settle(parcel, meter, at=at)
    except intake_refusals.ChangedSince:
        ask_again(parcel_id, at=at)
    except (sealing.Refused, intake_refusals.Refused) as refused:
        refuse(parcel_id=parcel_id, words=str(refused.words), at=at)
    except FileNotFoundError:
        refuse(parcel_id=parcel_id, words=str(intake_refusals.FileLost.words), at=at)
    except FileRefused as refused:
        refuse(parcel_id=parcel_id, words=refused.words, problem=refused.problem, at=at)


def _settle(parcel: Parcel, meter: Meter, *, at: datetime) -> None:
    mailing, first, second = parcel.mailing, parcel.first_by, parcel.second_by
    assert mailing is not None
    assert first is not None
    assert second is not None
    found = _Pass(parcel)
    digest = found.read(meter)
    if (digest, found.summary()) != (parcel.csv_sha256, parcel.summary):
        raise intake_refusals.ChangedSince
    mailings.settle(mailing=mailing, outcomes=found.reconciliation.outcomes())
    meter.stop()
    parcel.progress = 100
    parcels.settle(parcel, Parcel.State.APPLIED, ParcelEvent.What.APPLIED, by=second, at=at)
    parcels.erase_file(parcel, by=second, at=at)
    assert parcel.unlocked_by is not None
    handover.record_received_notice(
        parcel=parcel, given_by=first, by=parcel.unlocked_by, at=parcels.unlocked_at(parcel)
    )
    handover.record_receipt(parcel=parcel, rows=found.rows, given_by=first, by=second, at=at)
    access_log.record(what="print_results", why=parcel.number, count=found.rows, by=second, at=at)


class _Pass:
    """One reading of a result file against the envelopes of its mailing."""

    def __init__(self, parcel: Parcel) -> None:
        mailing = parcel.mailing
        assert mailing is not None
        if mailing.closed_at is not None:
            raise intake_refusals.MailingClosed
        self._parcel = parcel
        self._codes: Counter[str] = Counter()
        self.reconciliation = Reconciliation(mailings.sent(mailing))
        self.rows = self.refused = 0
        self.problems: list[Problem] = []

    def read(self, meter: Meter) -> str:
        """Take every row; the content's proof."""
        facts = Facts(municipality_code=current().code, base_date=self._parcel.base_date)
        index_of = columns.indexer("voucher")
        with opened(self._parcel) as found:
            stream = meter.watch(found.stream, size=found.size)
            encoding = self._parcel.encoding
            for row in reading.read(layout=PRINTED, stream=stream, encoding=encoding, facts=facts):
                self.rows += 1
                problems = list(row.problems)
                if row.is_taken:
                    values = cast("PrintedRow", row.values)
                    problems += self._compared(row.number, values, index_of(values.voucher_number))
                self._note(problems)
            return found.sha256

    def _compared(self, number: int, row: PrintedRow, index: bytes) -> Iterator[Problem]:
        for finding in self.reconciliation.take(row, index):
            yield Problem(number, *finding)

    def _note(self, problems: list[Problem]) -> None:
        self.refused += any(one.code.is_error for one in problems)
        self._codes.update(one.code.value for one in problems)
        if len(self.problems) < MOST_KEPT:
            self.problems += problems

    def summary(self) -> dict[str, Any]:
        """Counts and serials, never a person."""
        return {
            **self.reconciliation.summary(),
            "rows": self.rows,
            "refused": self.refused,
            "codes": dict(sorted(self._codes.items())),
            "problems": sum(self._codes.values()),
            "problems_kept": len(self.problems),
        }
