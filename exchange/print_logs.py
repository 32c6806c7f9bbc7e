"""Verbs and questions on the print log (印刷ログ): who printed what, and what came next (S-92…S-94)."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from exchange.layouts import PRINT_LOG
from exchange.layouts.layout import Facts
from exchange.layouts.printing import PrintLogRow
from exchange.layouts.problems import FileRefused
from exchange.layouts.reading import read
from exchange.layouts.stamps import read_moment, write_moment
from exchange.layouts.writing import write
from exchange.models import NextStep, PrintLogEntry
from shared import calendar
from shared.database import violates
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

#: Sheets that have not gone on after so long are marked.
NEXT_WITHIN: Final = timedelta(minutes=30)
OLDEST: Final = timedelta(days=730)
MOST_ROWS: Final = 5000


class Refused(Exception):
    """The log stays as it was; `words` say why."""

    words: str | Promise = _("この操作をする権限がありません。")


class Incomplete(Refused):
    """All five attributes, and at least one sheet (S-93)."""

    words = _("印刷元、日時、ファイル名、プリンタ、1枚以上の枚数がすべて必要です。")


class NoReason(Refused):
    """More sheets than were planned (S-94)."""

    words = _("予定枚数を超えています。理由を書いてください。")


class NotPrintedYet(Refused):
    """Nothing is logged before it happened."""

    words = _("印刷日時が今より後です。")


class TooLongAgo(Refused):
    """A slip of the finger in the year."""

    words = _("印刷日時が二年以上前です。")


class LoggedAlready(Refused):
    """One print is one line."""

    words = _("同じ印刷がもう記録されています。")


class OutOfOrder(Refused):
    """The next step follows the print, and has begun."""

    words = _("次の工程の日時は、印刷日時より後、今より前にしてください。")


class NotedAlready(Refused):
    """The next step is written once."""

    words = _("この印刷の次の工程はもう記録されています。")


class FileNotTaken(Refused):
    """A file is taken in whole or not at all."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class NoSuchEntry(LookupError):
    """This municipality's log has no such line."""


@dataclass(frozen=True)
class Printed:
    """One print, as it is said."""

    computer: str
    printed_at: datetime
    file_name: str
    printer: str
    sheets: int
    planned: int
    reason: str = ""


def enter(*, printed: Printed, by: Staff, at: datetime) -> PrintLogEntry:
    """Log one print, once; over the planned number only with a reason."""
    if not by.may(Permission.COMMIT_FILE):
        raise Refused
    if not (printed.computer and printed.file_name and printed.printer and printed.sheets > 0):
        raise Incomplete
    if printed.sheets > printed.planned and not printed.reason.strip():
        raise NoReason
    if printed.printed_at > at:
        raise NotPrintedYet
    if printed.printed_at < at - OLDEST:
        raise TooLongAgo
    try:
        with municipality_atomic():
            return PrintLogEntry.objects.create(**vars(printed), entered_by=by, entered_at=at)
    except IntegrityError as clash:
        if violates(clash, "print_log_once"):
            raise LoggedAlready from clash
        raise


def take_in(*, content: bytes, encoding: str, by: Staff, at: datetime) -> int:
    """Log the printer's own file (PLG), every line of it or none; how many lines it had."""
    if not by.may(Permission.COMMIT_FILE):
        raise Refused
    count = 0
    with municipality_atomic():
        for number, printed in _rows(content, encoding, on=localdate(at)):
            count += 1
            if count > MOST_ROWS:
                raise FileNotTaken(str(_("一度に5,000行までです。")))
            try:
                enter(printed=printed, by=by, at=at)
            except Refused as refused:
                raise FileNotTaken(f"{number}行目: {refused.words}") from refused
    return count


def note_next_step(
    *, entry: PrintLogEntry, words: str, begun_at: datetime, by: Staff, at: datetime
) -> NextStep:
    """Say what was begun with the sheets, and when; once."""
    if not by.may(Permission.COMMIT_FILE):
        raise Refused
    if not entry.printed_at <= begun_at <= at:
        raise OutOfOrder
    try:
        with municipality_atomic():
            return NextStep.objects.create(
                entry=entry, words=words, begun_at=begun_at, noted_by=by, noted_at=at
            )
    except IntegrityError as clash:
        if violates(clash, "exchange_nextstep_entry_id_key"):
            raise NotedAlready from clash
        raise


def find(*, entry_id: int) -> PrintLogEntry:
    """One line, or NoSuchEntry."""
    found = PrintLogEntry.objects.select_related("next_step").filter(pk=entry_id).first()
    if found is None:
        raise NoSuchEntry(entry_id)
    return found


def of_month(first: date) -> "QuerySet[PrintLogEntry]":
    """The prints of one month, the newest first."""
    begins, ends = calendar.day_start(first), calendar.day_start(calendar.months_later(first, 1))
    rows = PrintLogEntry.objects.select_related("next_step", "entered_by")
    return rows.filter(printed_at__gte=begins, printed_at__lt=ends)


def lies_about(entry: PrintLogEntry, *, at: datetime) -> bool:
    """Whether the sheets waited, or wait, too long for the next step (S-92)."""
    step = getattr(entry, "next_step", None)
    return (step.begun_at if step else at) > entry.printed_at + NEXT_WITHIN


def submission(*, first: date) -> Iterator[bytes]:
    """A month's log as the layout says, the oldest line first: what is submitted to the ward."""
    rows = (
        PrintLogRow(
            one.computer, write_moment(one.printed_at), one.file_name, one.printer,
            str(one.sheets), str(one.planned), one.reason,
        )
        for one in of_month(first).order_by("printed_at", "id").iterator(chunk_size=1000)
    )  # fmt: skip
    return write(layout=PRINT_LOG, rows=rows)


def _rows(content: bytes, encoding: str, *, on: date) -> Iterator[tuple[int, Printed]]:
    facts = Facts(municipality_code=current().code, base_date=on)
    try:
        for row in read(
            layout=PRINT_LOG, stream=io.BytesIO(content), encoding=encoding, facts=facts
        ):
            if not row.is_taken:
                problem = next(one for one in row.problems if one.code.is_error)
                raise FileNotTaken(f"{row.number}行目 {problem.column}: {problem.words}")
            yield row.number, _printed(PrintLogRow._make(row.values))
    except FileRefused as refused:
        raise FileNotTaken(str(refused.words)) from refused


def _printed(row: PrintLogRow) -> Printed:
    return Printed(
        computer=row.computer,
        printed_at=read_moment(row.printed_at),
        file_name=row.file_name,
        printer=row.printer,
        sheets=int(row.sheets),
        planned=int(row.planned),
        reason=row.reason,
    )
