"""Results into the ledger (突合): added, changed, conflicting, unknown; always a new file."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Final, NamedTuple

from wardside import cells, layouts, tables
from wardside.characters import as_written, excel_safe, fits
from wardside.layouts import Layout
from wardside.problems import Found
from wardside.results import Dose, key_of
from wardside.tables import Readable, Record
from wardside.words import Stop, Words

_REPORT: Final = ("区分", "結果の行", "台帳の行", "接種回", "項目")
_MOST_SHOWN: Final = 5000
_PARTS: Final = ("venue", "doctor", "maker", "lot")


class What(StrEnum):
    """What a dose meant for the ledger."""

    SAME = "same"
    ADDED = "added"
    CHANGED = "changed"
    CONFLICTING = "conflicting"
    UNKNOWN = "unknown"
    NOT_GIVEN = "not_given"


WORDS: Final = {
    What.SAME: Words("同じ", "the same"),
    What.ADDED: Words("追加", "added"),
    What.CHANGED: Words("変更", "changed"),
    What.CONFLICTING: Words("食い違い(台帳のまま)", "conflicting (ledger kept)"),
    What.UNKNOWN: Words("台帳にない番号", "unknown number"),
    What.NOT_GIVEN: Words("未実施", "not given"),
}
#: What a person must look at.
OPEN: Final = frozenset({What.CONFLICTING, What.UNKNOWN})


class Difference(NamedTuple):
    """One line of the report: rows and columns, never a value."""

    what: What
    result_row: int
    ledger_row: int
    dose_number: int
    column: str


@dataclass
class Tally:
    """What one merge did."""

    rows: int = 0
    results: int = 0
    formulas: int = 0
    counts: Counter[What] = field(default_factory=Counter)
    #: What a person must look at, while there is room to show it.
    opened: list[Difference] = field(default_factory=list)
    found: Found = field(default_factory=Found)


class NoColumns(Stop):
    """The ledger has nowhere to put results."""


class Merge:
    """Results held ready, and one pass over the ledger."""

    def __init__(self, *, ledger: Layout, municipality_code: str, encoding: str) -> None:
        self._ledger = ledger
        self._code = municipality_code
        self._encoding = encoding
        self._doses: dict[int, Dose] = {}
        self._clashing: set[int] = set()
        self._met: set[int] = set()
        self._numbers: set[int] = set()
        self._report: BinaryIO | None = None
        self.tally = Tally()

    def hold(self, doses: Iterable[Dose]) -> None:
        """Keep every dose; the same one told twice in two ways is nobody's to decide here."""
        for dose in doses:
            self.tally.results += 1
            self._numbers.add(dose.dose_number)
            have = self._doses.setdefault(dose.key, dose)
            if have is not dose and have.told != dose.told:
                self._clashing.add(dose.key)

    def run(
        self, stream: Readable, *, to: BinaryIO | None, report: BinaryIO | None = None
    ) -> Tally:
        """Pass over the ledger, writing the merged one and the differences where asked to."""
        self._report = report
        self._tell(_REPORT, is_first=True)
        records = tables.records(stream, encoding=self._encoding)
        header = next(records, Record(0, []))
        layouts.refuse_national(header.cells)
        at = self._ledger.positions(header.cells)
        missing = [number for number in sorted(self._numbers) if f"dose{number}_on" not in at]
        if missing:
            told = "、".join(f"{number}回目" for number in missing)
            raise NoColumns(_NO_COLUMNS.filled(doses=told), row=1)
        self._write(to, header.cells, is_first=True)
        for number, record in records:
            if len(record) != len(header.cells):
                raise Stop(_RAGGED, row=number)
            self.tally.rows += 1
            self._meet(number, record, at)
            self._write(to, record)
        self._leave_over()
        return self.tally

    def _meet(self, number: int, record: list[str], at: dict[str, int]) -> None:
        code = record[at["municipality_code"]].strip() if "municipality_code" in at else ""
        whose = f"{code or self._code}{record[at['voucher_number']].strip()}"
        if not (whose.isascii() and whose.isdigit()):
            return
        person = int(f"1{whose}")
        numbers = [one for one in sorted(self._numbers) if key_of(person, one) in self._doses]
        if not numbers:
            return
        if person in self._met:
            raise Stop(_TWICE, row=number)
        self._met.add(person)
        for dose_number in numbers:
            dose = self._doses[key_of(person, dose_number)]
            if dose.key in self._clashing:
                self._note(What.CONFLICTING, dose, number)
            else:
                self._merge(number, record, at, dose)

    def _merge(self, number: int, record: list[str], at: dict[str, int], dose: Dose) -> None:
        prefix = f"dose{dose.dose_number}_"
        have = cells.day_of(record[at[prefix + "on"]])
        stands = record[at[prefix + "on"]].strip()
        on = cells.day_of(dose.on)
        header = self._ledger.column(prefix + "on").header
        if not dose.given:
            self._note(What.CONFLICTING if stands else What.NOT_GIVEN, dose, number, header)
            return
        if stands and have != on:
            self._note(What.CONFLICTING, dose, number, header)
            return
        wanted = {prefix + part: getattr(dose, part) for part in _PARTS if getattr(dose, part)}
        if not all(fits(text, self._encoding) for text in wanted.values()):
            self._note(What.CONFLICTING, dose, number, _unfit(wanted, self))
            return
        differing = [
            name
            for name, text in wanted.items()
            if name in at and record[at[name]].strip() not in {text, excel_safe(text)}
        ]
        if not stands:
            differing = [*differing, prefix + "on"]
            record[at[prefix + "on"]] = on or ""
            if prefix + "given" in at:
                record[at[prefix + "given"]] = "1"
        for name in differing:
            if name in wanted:
                record[at[name]] = wanted[name]
        what = What.ADDED if not stands else What.CHANGED if differing else What.SAME
        told = "、".join(self._ledger.column(name).header for name in differing)
        self._note(what, dose, number, told)

    def header_of(self, name: str) -> str:
        """What the ledger calls a field."""
        return self._ledger.column(name).header

    def fits(self, text: str) -> bool:
        """Whether the ledger's encoding has every character."""
        return fits(text, self._encoding)

    def _leave_over(self) -> None:
        for key, dose in self._doses.items():
            if key // 100 not in self._met:
                self._note(What.UNKNOWN, dose, 0)

    def _note(self, what: What, dose: Dose, ledger_row: int, column: str = "") -> None:
        """Count a dose, and write it down unless nothing came of it."""
        self.tally.counts[what] += 1
        if what in {What.SAME, What.NOT_GIVEN}:
            return
        one = Difference(what, dose.row, ledger_row, dose.dose_number, column)
        numbers = (str(one.result_row), str(one.ledger_row or ""), str(one.dose_number))
        self._tell((WORDS[what].ja, *numbers, column))
        if what in OPEN and len(self.tally.opened) < _MOST_SHOWN:
            self.tally.opened.append(one)

    def _tell(self, cells: Sequence[str], *, is_first: bool = False) -> None:
        if self._report is not None:
            self._report.write(tables.encoded(tables.line(cells), "utf-8", is_first=is_first))

    def _write(self, to: BinaryIO | None, record: Sequence[str], *, is_first: bool = False) -> None:
        texts = [as_written(cell) for cell in record]  # made safe once, however often it is merged
        self.tally.formulas += sum(excel_safe(text) != text for text in texts)
        if to is not None:
            to.write(tables.encoded(tables.line(texts), self._encoding, is_first=is_first))


def _unfit(wanted: dict[str, str], merge: Merge) -> str:
    return "、".join(merge.header_of(name) for name, text in wanted.items() if not merge.fits(text))


_NO_COLUMNS: Final = Words(
    "台帳に接種年月日の列がありません: {doses}。--ledger-layout を確かめてください。",
    "The ledger has no column for the day of dose {doses}. Check --ledger-layout.",
)
_RAGGED: Final = Words("列の数が見出しと違います。", "The number of columns is not the header's.")
_TWICE: Final = Words(
    "同じ接種券番号が台帳に2つあります。", "The same voucher number stands twice in the ledger."
)
