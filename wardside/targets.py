"""Targets out of the ledger (対象者の抽出): chosen, checked and written in the agreed layout."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from wardside import cells, layouts, numbers, tables
from wardside.characters import fits
from wardside.layouts import Layout
from wardside.problems import Code, Found, Problem
from wardside.tables import Readable, Record
from wardside.words import Stop, Words

DUMMY_MARK: Final = "ダミー"
_ROWS_AT_ONCE: Final = 1000
_EARLIEST_BIRTH: Final = "1900-01-01"


@dataclass(frozen=True)
class Wish:
    """Whom the clerk wants, and what the list is about."""

    municipality_code: str
    base_date: date
    born_from: date | None = None
    born_until: date | None = None
    flags: frozenset[str] = frozenset({"0", "1", "2"})
    mailing: str | None = None
    is_dummy: bool = False


@dataclass
class Tally:
    """What one pass over the ledger met."""

    rows: int = 0
    chosen: int = 0
    taken: int = 0
    same: int = 0
    found: Found = field(default_factory=Found)
    flags: Counter[str] = field(default_factory=Counter)
    decades: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Earlier:
    """What an earlier ledger told: its rows as written then, each as one number, and its vouchers."""

    rows: frozenset[int]
    vouchers: frozenset[str]


class MarksDisagree(Stop):
    """Dummy people carry the mark in their address, real ones do not."""


class Extraction:
    """One pass over a ledger."""

    def __init__(self, *, ledger: Layout, wish: Wish, earlier: Earlier | None = None) -> None:
        if not numbers.is_code(wish.municipality_code):
            raise Stop(_BAD_CODE)
        self._ledger = ledger
        self._wish = wish
        self._target = layouts.load("tgt")
        self._seen: set[int] = set()
        self._earlier = earlier
        self._vouchers: set[str] = set()
        self.tally = Tally()

    def remembered(self, stream: Readable, *, encoding: str) -> Earlier:
        """One pass over an earlier ledger, for the difference to it."""
        rows = frozenset(hash(tuple(row)) for row in self.rows(stream, encoding=encoding))
        return Earlier(rows, frozenset(self._vouchers - {""}))

    @property
    def gone(self) -> int:
        """Vouchers of the earlier ledger that this one tells nothing of, not even as an old number."""
        return len(self._earlier.vouchers - self._vouchers) if self._earlier else 0

    def chunks(self, stream: Readable, *, encoding: str) -> Iterator[tuple[int, bytes]]:
        """The target list in blocks: how many rows, and their bytes."""
        header = tables.line(self._target.headers)
        yield 0, tables.encoded(header, "utf-8", is_first=True)
        lines: list[str] = []
        for row in self.rows(stream, encoding=encoding):
            lines.append(tables.line(row))
            if len(lines) == _ROWS_AT_ONCE:
                yield len(lines), "".join(lines).encode()
                lines.clear()
        yield len(lines), "".join(lines).encode()

    def rows(self, stream: Readable, *, encoding: str) -> Iterator[Sequence[str]]:
        """Every chosen person without an error, as a row of the target list."""
        records = tables.records(stream, encoding=encoding)
        first = next(records, Record(0, []))
        layouts.refuse_national(first.cells)
        at, wide = self._ledger.positions(first.cells), len(first.cells)
        for number, record in records:
            self.tally.rows += 1
            if len(record) != wide:
                self._note(number, "", Code.HEADER)
                continue
            told = {name: record[position] for name, position in at.items()}
            if self._is_wanted(told):
                self.tally.chosen += 1
                row = self._row(number, told)
                if row is not None:
                    yield row

    def _is_wanted(self, told: Mapping[str, str]) -> bool:
        wish = self._wish
        if wish.mailing is not None and told.get("mailing", "").strip() != wish.mailing:
            return False
        if self._tidy("status_flag", told) not in wish.flags | self._unreadable(told):
            return False
        if wish.born_from is None and wish.born_until is None:
            return True
        born = cells.day_of(told["born_on"])
        # Whoever cannot be judged is chosen: the row is then reported, never silently left out.
        return born is None or _may_lie(born, wish.born_from, wish.born_until)

    def _unreadable(self, told: Mapping[str, str]) -> set[str]:
        flag = self._tidy("status_flag", told)
        return set() if flag in self._ledger.column("status_flag").values else {flag}

    def _tidy(self, name: str, told: Mapping[str, str]) -> str:
        return cells.look(self._ledger.column(name), told.get(name, ""))[0]

    def _row(self, number: int, told: Mapping[str, str]) -> Sequence[str] | None:
        tidy = {name: self._tidy(name, told) for name in _CARRIED if name in told}
        tidy["municipality_code"] = tidy.get("municipality_code") or self._wish.municipality_code
        tidy.setdefault("scheme", "1")
        tidy["operation"] = "2" if tidy.get("old_voucher_number") else "1"
        problems = list(self._problems(number, tidy))
        self._vouchers |= {tidy.get("voucher_number", ""), tidy.get("old_voucher_number", "")}
        row = [cells.look(one, tidy.get(one.field, ""))[0] for one in self._target.columns]
        for header, code in problems:
            self._note(number, header, code)
        if any(code.is_error for _, code in problems):
            return None
        if self._earlier and hash(tuple(row)) in self._earlier.rows:
            self.tally.same += 1
            return None
        self.tally.taken += 1
        self.tally.flags[tidy["status_flag"]] += 1
        self.tally.decades[_decade(cells.day_of(tidy["born_on"]) or "", self._wish.base_date)] += 1
        return row

    def _problems(self, number: int, tidy: Mapping[str, str]) -> Iterator[tuple[str, Code]]:
        for column in self._target.columns:
            text, complaints = cells.look(column, tidy.get(column.field, ""))
            for code in complaints:
                yield column.header, code
            if column.kind == "text" and numbers.may_be_national(text):
                yield column.header, Code.FORBIDDEN
            if column.kind == "text" and not fits(text, "cp932"):
                yield column.header, Code.NOT_IN_CP932
        yield from self._contradictions(tidy)
        if (DUMMY_MARK in tidy.get("address", "")) is not self._wish.is_dummy:
            raise MarksDisagree(_MARKS, row=number)

    def _contradictions(self, tidy: Mapping[str, str]) -> Iterator[tuple[str, Code]]:
        code, scheme = tidy["municipality_code"], tidy["scheme"]
        if code != self._wish.municipality_code and (scheme != "2" or not numbers.is_code(code)):
            yield "自治体コード", Code.MUNICIPALITY
        born = cells.day_of(tidy.get("born_on", ""))
        last = self._wish.base_date.isoformat()
        if born is not None and (born[:4] < _EARLIEST_BIRTH[:4] or born > last):
            yield "生年月日", Code.DATE
        number, old = tidy.get("voucher_number", ""), tidy.get("old_voucher_number", "")
        if old and old == number:
            yield "旧接種券番号", Code.CONFLICT
        if scheme == "2" and tidy.get("status_flag") == "1":
            yield "転出死亡フラグ", Code.CONFLICT
        if (code + number).isascii() and (code + number).isdigit():
            key = int(f"1{code}{number}")
            if key in self._seen:
                yield "接種券番号", Code.DUPLICATE
            self._seen.add(key)

    def _note(self, row: int, column: str, code: Code) -> None:
        self.tally.found.note(Problem(row, column, code))


_CARRIED: Final = (
    "municipality_code", "voucher_number", "old_voucher_number", "name", "born_on", "sex",
    "postal_code", "address", "status_flag", "scheme",
)  # fmt: skip


def _may_lie(born: str, first: date | None, last: date | None) -> bool:
    """Whether a day of birth, perhaps known in part, may lie between two days."""
    earliest, latest = born.replace("-00", "-01"), born.replace("-00", "-99")
    return (first is None or latest >= first.isoformat()) and (
        last is None or earliest <= last.isoformat()
    )


def _decade(born: str, day: date) -> int:
    """The age band in tens, by the calendar; close enough for totals to be compared."""
    if not born:
        return 0
    age = day.year - int(born[:4]) - (f"{day:%m-%d}" < born[5:].replace("00", "01"))
    return max(age, 0) // 10 * 10


_BAD_CODE: Final = Words(
    "--municipality の検査数字が合いません。6桁の自治体コードを確かめてください。",
    "The check digit of --municipality is wrong: give the municipality's six digits.",
)
_MARKS: Final = Words(
    "ダミーデータの印(住所の「ダミー」)が --dummy の指定と合わない行があります。全体をやめました。",
    "There are rows whose mark ダミー in the address disagrees with --dummy: stopped whole.",
)
