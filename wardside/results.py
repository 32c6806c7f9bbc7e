"""Results that come back (接種結果): long (RES) or in the ledger's wide shape (RESW, VRS)."""

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from wardside import cells, layouts, numbers, tables
from wardside.characters import as_written
from wardside.layouts import Layout, WrongHeader
from wardside.problems import Code, Found, Problem
from wardside.tables import Readable, Record
from wardside.words import Stop, Words


class Dose(NamedTuple):
    """One dose of one person as a row of results tells it."""

    row: int
    municipality_code: str
    voucher_number: str
    dose_number: int
    given: bool
    on: str
    venue: str
    doctor: str
    maker: str
    lot: str

    @property
    def key(self) -> int:
        """Whose dose it is and which one, as one number: a whole town's fit into memory."""
        return key_of(int(f"1{self.municipality_code}{self.voucher_number}"), self.dose_number)

    @property
    def told(self) -> tuple[object, ...]:
        """Everything it says, without where it stands."""
        return self[1:]


def key_of(person: int, dose_number: int) -> int:
    """The key of one person's dose."""
    return person * 100 + dose_number


class NotBlank(Stop):
    """The first column of the wide shape holds something: a 宛名番号 stays where it is."""


def read(
    stream: Readable,
    *,
    layout: Layout,
    encoding: str,
    found: Found,
    count: Callable[[], None] = lambda: None,
) -> Iterator[Dose]:
    """Every sound dose of a file of results; what is wrong with the others is noted."""
    for number, told in rows(stream, layout=layout, encoding=encoding, found=found):
        count()
        if told is None:
            continue
        if "dose_number" in told:
            yield _long(number, told)
        else:
            yield from _wide(number, told, found)


def rows(
    stream: Readable, *, layout: Layout, encoding: str, found: Found
) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Every row checked cell by cell; None in place of a row that cannot be taken."""
    records = tables.records(stream, encoding=encoding)
    if layout.header:
        first = next(records, Record(0, []))
        _refuse_forbidden(first.cells)
        at = layout.positions(first.cells)
    else:
        at = {column.field: place for place, column in enumerate(layout.columns)}
    for number, record in records:
        if not layout.header and number == 1 and tuple(record) == layout.headers:
            continue  # some systems write the headers all the same
        if len(record) != len(layout.columns):
            found.note(Problem(number, "", Code.HEADER))
            yield number, None
            continue
        yield number, _row(number, record, layout, at, found)


def _refuse_forbidden(header: list[str]) -> None:
    layouts.refuse_national(header)
    for place, cell in enumerate(header, start=1):
        if numbers.forbidden_header(cell):
            raise WrongHeader(_FORBIDDEN.filled(at=place), row=1)


def _row(
    number: int, record: list[str], layout: Layout, at: Mapping[str, int], found: Found
) -> dict[str, str] | None:
    told, is_sound = {}, True
    for column in layout.columns:
        text, complaints = cells.look(column, as_written(record[at[column.field]]))
        if column.kind == "blank" and complaints:
            raise NotBlank(_NOT_BLANK, row=number)
        if column.kind == "text" and numbers.may_be_national(text):
            complaints = (*complaints, Code.FORBIDDEN)
        # A formula behind an apostrophe is a text that was made safe; it is made safe again.
        complaints = tuple(code for code in complaints if code is not Code.FORMULA)
        for code in complaints:
            found.note(Problem(number, column.header, code))
            is_sound = is_sound and not code.is_error
        told[column.field] = text
    return told if is_sound else None


def _long(number: int, told: Mapping[str, str]) -> Dose:
    return _dose(number, told, dose_number=int(told["dose_number"]), prefix="")


def _wide(number: int, told: Mapping[str, str], found: Found) -> Iterator[Dose]:
    for dose_number in (1, 2):
        prefix = f"dose{dose_number}_"
        filled = [name for name, text in told.items() if name.startswith(prefix) and text]
        if not filled:
            continue
        whole = ("on", "voucher_number", "municipality_code")
        if any(not told[prefix + name] for name in whole):
            found.note(Problem(number, f"{dose_number}回目", Code.REQUIRED))
            continue
        yield _dose(number, told, dose_number=dose_number, prefix=prefix)


def _dose(number: int, told: Mapping[str, str], *, dose_number: int, prefix: str) -> Dose:
    def shared(name: str) -> str:
        # A whole town has few venues, doctors and lots: one text for each is enough.
        return sys.intern(told[prefix + name])

    return Dose(
        row=number,
        municipality_code=shared("municipality_code"),
        voucher_number=told[prefix + "voucher_number"],
        dose_number=dose_number,
        given=told.get("given", "1") == "1",
        on=shared("on" if prefix else "given_on"),
        venue=shared("venue"),
        doctor=shared("doctor"),
        maker=shared("maker"),
        lot=shared("lot"),
    )


_NOT_BLANK = Words(
    "1列目(個別宛名番号)は常に空でなければなりません。全体をやめました。",
    "The first column (個別宛名番号) must always be blank: stopped whole.",
)
_FORBIDDEN = Words(
    "{at}列目は、結果のファイルにあってはならない項目です。",
    "Column {at} may not stand in a file of results.",
)
