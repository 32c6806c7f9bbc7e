"""The dry run (取込前の確認): everything is read and counted, nothing is changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from booking import enrolments
from exchange import locks, parcels, sealing
from exchange.intake import refusals
from exchange.intake._compare import Comparison
from exchange.intake._reading import meanings, opened
from exchange.intake._receive import MOST_FAILURES, check_order, check_stage
from exchange.intake._tally import Tally
from exchange.layouts import TARGET_LIST
from exchange.layouts.layout import Layout
from exchange.layouts.problems import FileRefused, Problem
from exchange.models import Parcel, ParcelEvent, RejectedRow
from exchange.progress import Meter, told
from tenancy.current import municipality_atomic
from tenancy.standings import standing

_REFUSABLE: Final = (Parcel.State.RECEIVED, Parcel.State.CHECKING, Parcel.State.APPLYING)


@dataclass(frozen=True)
class Seen:
    """What a dry run found: counts, and the findings that are kept one by one."""

    rows: int
    summary: dict[str, object]
    sha256: str
    problems: list[Problem]


def check(*, parcel_id: UUID, at: datetime) -> None:
    """Verify, read and count one unlocked list, or refuse it whole; may be run again."""
    look_over(parcel_id=parcel_id, layout=TARGET_LIST, look=_look_through, at=at)


def look_over(
    *, parcel_id: UUID, layout: Layout, look: Callable[[Parcel, Meter], Seen], at: datetime
) -> None:
    """The dry run of one unlocked parcel of a layout; another layout's is left alone."""
    waiting = Parcel.objects.filter(pk=parcel_id, state=Parcel.State.CHECKING, layout=layout.id)
    if not waiting.exists():
        return
    try:
        with told(parcel_id) as meter, municipality_atomic():
            if not locks.intake_is_ours():
                return
            parcel = waiting.first()
            if parcel is None:
                return
            check_stage(standing(), is_dummy=parcel.is_dummy)
            seen = look(parcel, meter)
    except sealing.refusals.WrongPassword:
        _count_failure(parcel_id, at=at)
    except (sealing.Refused, refusals.Refused) as refused:
        refuse(parcel_id=parcel_id, words=str(refused.words), at=at)
    except FileNotFoundError:
        refuse(parcel_id=parcel_id, words=str(refusals.FileLost.words), at=at)
    except FileRefused as refused:
        refuse(parcel_id=parcel_id, words=refused.words, problem=refused.problem, at=at)
    else:
        _keep(parcel_id, seen, at=at)


def _look_through(parcel: Parcel, meter: Meter) -> Seen:
    check_order(base_date=parcel.base_date, is_dummy=parcel.is_dummy)
    with opened(parcel) as found:
        check_content(parcel, found.sha256)
        comparison = Comparison()
        tally = Tally(base_date=parcel.base_date, holders=enrolments.with_reservation())
        for row, target, what, known in meanings(parcel, found, comparison, meter):
            tally.note(row)
            if what is not None:
                tally.take(target, what, known)
        if tally.rows != parcel.declared_rows:
            raise refusals.RowsDiffer
        summary = tally.summary(gone=comparison.gone())
        return Seen(tally.rows, summary, found.sha256, tally.kept)


def check_content(parcel: Parcel, sha256: str) -> None:
    """The same content once more needs a reason."""
    if parcel.repeat_reason:
        return
    before = Parcel.objects.filter(csv_sha256=sha256, state=Parcel.State.APPLIED)
    if before.exclude(pk=parcel.pk).exists():
        raise refusals.SameContent


def _keep(parcel_id: UUID, seen: Seen, *, at: datetime) -> None:
    with municipality_atomic():
        parcel = Parcel.objects.select_for_update().get(pk=parcel_id)
        if parcel.state != Parcel.State.CHECKING:
            return
        _write_problems(parcel, seen.problems)
        parcel.summary, parcel.csv_sha256 = seen.summary, seen.sha256
        parcel.rows, parcel.progress = seen.rows, 100
        parcels.settle(parcel, Parcel.State.CHECKED, ParcelEvent.What.CHECKED, by=None, at=at)


def _write_problems(parcel: Parcel, problems: list[Problem]) -> None:
    RejectedRow.objects.filter(parcel=parcel).delete()
    RejectedRow.objects.bulk_create(
        [
            RejectedRow(
                parcel=parcel,
                row=problem.row,
                column=problem.column,
                code=problem.code.value,
                words=problem.words,
            )
            for problem in problems
        ],
        batch_size=2000,
    )


def _count_failure(parcel_id: UUID, *, at: datetime) -> None:
    with municipality_atomic():
        parcel = Parcel.objects.select_for_update().get(pk=parcel_id)
        if parcel.state != Parcel.State.CHECKING:
            return
        tried_by, parcel.password, parcel.unlocked_by = parcel.unlocked_by, None, None
        parcel.failures += 1
        parcel.progress = 0
        what = ParcelEvent.What.WRONG_PASSWORD
        parcels.settle(parcel, Parcel.State.RECEIVED, what, by=tried_by, at=at)
        if parcel.failures >= MOST_FAILURES:
            refuse(parcel_id=parcel_id, words=str(refusals.Locked.words), at=at)


def refuse(*, parcel_id: UUID, words: str, problem: Problem | None = None, at: datetime) -> None:
    """Refuse a parcel whole: its file and password go, the reason stays. An end stays an end."""
    with municipality_atomic():
        parcel = Parcel.objects.select_for_update().get(pk=parcel_id)
        if parcel.state not in _REFUSABLE:
            return  # a second worker at the same parcel has ended it
        if problem is not None:
            _write_problems(parcel, [problem])
        parcel.closing_words = words
        what = ParcelEvent.What.REFUSED
        parcels.settle(parcel, Parcel.State.REFUSED, what, words=words, by=None, at=at)
        parcels.erase_file(parcel, by=None, at=at)
