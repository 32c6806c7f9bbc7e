"""Opening a received parcel and reading it row by row, for the dry run and for the real one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final, cast

from booking.enrolments import Known, What
from booking.rulebook import rulebook
from exchange import sealing, spool
from exchange.intake import refusals
from exchange.intake._compare import Comparison
from exchange.layouts import TARGET_LIST, reading
from exchange.layouts.layout import Facts
from exchange.layouts.problems import Finding, Problem
from exchange.layouts.reading import Row
from exchange.layouts.target_list import TargetRow
from exchange.models import Parcel
from exchange.progress import Meter
from exchange.sealing import Opened
from tenancy.current import current

DUMMY_MARK: Final = "ダミー"

_AGREED_NAME: Final = re.compile(r"[A-Z]{3,4}_([0-9]{6})_[0-9]{8}_[0-9]{3}\.csv", re.IGNORECASE)


@contextmanager
def opened(parcel: Parcel) -> Iterator[Opened]:
    """The parcel's container, verified whole, of this municipality and as it was declared."""
    path = spool.path_of(parcel.spool_name)
    with sealing.open_container(path=path, password=parcel.password or "") as found:
        _check_cover(parcel, found)
        yield found


def _check_cover(parcel: Parcel, found: Opened) -> None:
    named = _AGREED_NAME.fullmatch(found.name)
    if named and named.group(1) != current().code:
        raise refusals.WrongMunicipality
    cover = found.manifest
    if cover is None:
        return
    if cover.municipality_code != current().code:
        raise refusals.WrongMunicipality
    if (cover.layout, cover.version) != (parcel.layout, parcel.layout_version):
        raise refusals.WrongLayout
    declared = (parcel.base_date, parcel.declared_rows, parcel.is_dummy)
    if declared != (cover.base_date, cover.rows, cover.dummy):
        raise refusals.CoverDisagrees


def meanings(
    parcel: Parcel, found: Opened, comparison: Comparison, meter: Meter
) -> Iterator[tuple[Row, TargetRow, What | None, Known | None]]:
    """Every row with what it means for the register; None where it cannot be taken.

    The rules are read at once, the rows when they are asked for: then a COPY may be under way, and
    the connection can answer nothing else.
    """
    return _meanings(parcel, found, comparison, meter, _facts(parcel.base_date))


def _meanings(
    parcel: Parcel, found: Opened, comparison: Comparison, meter: Meter, facts: Facts
) -> Iterator[tuple[Row, TargetRow, What | None, Known | None]]:
    stream = meter.watch(found.stream, size=found.size)
    wanted = parcel.is_dummy
    for row in reading.read(
        layout=TARGET_LIST, stream=stream, encoding=parcel.encoding, facts=facts
    ):
        target = cast("TargetRow", row.values)
        if row.problems and not row.is_taken:
            comparison.pass_over(target)
            yield row, target, None, None
            continue
        if (DUMMY_MARK in target.address) is not wanted:
            raise refusals.MarksDisagree
        meaning = comparison.meaning(target)
        if isinstance(meaning, Finding):
            found_here = Problem(row.number, *meaning)
            yield replace_problems(row, found_here), target, None, None
        else:
            yield row, target, *meaning


def _facts(base_date: date) -> Facts:
    """What the rows are judged against; the ward's own vaccines say who is too young (W04)."""
    youngest = rulebook().youngest(base_date)
    return Facts(municipality_code=current().code, base_date=base_date, youngest=youngest)


def replace_problems(row: Row, more: Problem) -> Row:
    """The row with one more thing found in it."""
    return row._replace(problems=(*row.problems, more))
