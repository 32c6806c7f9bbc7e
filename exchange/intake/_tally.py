"""The counts of a dry run (確認の集計): what the officer compares with the ward's own figures."""

from collections import Counter
from datetime import date
from typing import Any, Final

from booking.enrolments import Known, What
from booking.rulebook import rulebook
from exchange.layouts.problems import Problem
from exchange.layouts.reading import Row
from exchange.layouts.target_list import NO_FLAG, TargetRow, age_at

#: How many findings are kept one by one; all of them are counted.
MOST_KEPT: Final = 50_000

_BANDS: Final = (12, 16, 20, 40, 60, 65, 75)


class Tally:
    """Counts rows, never keeps one."""

    def __init__(self, *, base_date: date, holders: set[bytes]) -> None:
        self._base_date = base_date
        self._holders = holders
        self._born: Counter[str] = Counter()
        self._flags: Counter[str] = Counter()
        self._schemes: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()
        self._what: Counter[What] = Counter()
        self._rows = self._refused = self._warned = self._flagged_holders = 0
        self.kept: list[Problem] = []

    def take(self, row: TargetRow, what: What, known: Known | None) -> None:
        """A row that will be taken."""
        self._what[what] += 1
        self._born[row.born_on] += 1
        self._flags[row.status_flag] += 1
        self._schemes[row.scheme] += 1
        loses = row.status_flag != NO_FLAG or what is What.VOID
        if loses and known is not None and known.resident_id in self._holders:
            self._flagged_holders += 1

    def note(self, row: Row) -> None:
        """Every row, taken or not."""
        self._rows += 1
        if not row.problems:
            return
        if row.is_taken:
            self._warned += 1
        else:
            self._refused += 1
        self._codes.update(problem.code.value for problem in row.problems)
        if len(self.kept) < MOST_KEPT:
            self.kept += row.problems

    @property
    def rows(self) -> int:
        """Rows seen."""
        return self._rows

    def meanings(self) -> dict[str, int]:
        """How many rows mean what."""
        return {what.name.lower(): self._what[what] for what in What}

    def summary(self, *, gone: int) -> dict[str, Any]:
        """All counts, fit to be kept: no person in it."""
        return {
            "rows": self._rows,
            "taken": sum(self._what.values()),
            "refused": self._refused,
            "warned": self._warned,
            "what": self.meanings() | {"gone": gone},
            "ages": self._ages(),
            "groups": self._groups(),
            "flags": dict(sorted(self._flags.items())),
            "schemes": dict(sorted(self._schemes.items())),
            "codes": dict(sorted(self._codes.items())),
            "flagged_with_reservation": self._flagged_holders,
            "problems": sum(self._codes.values()),
            "problems_kept": len(self.kept),
        }

    def _ages(self) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for born_on, people in self._born.items():
            counts[_band(age_at(born_on, self._base_date))] += people
        names = [f"{_BANDS[0] - 1}歳以下", *_band_names(), "不詳"]
        return [(name, counts[name]) for name in names]

    def _groups(self) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        groups = rulebook().groups
        for born_on, people in self._born.items():
            counts[_group(born_on, groups)] += people
        return [(name, counts[name]) for name in [*[g.name for g in groups], "優先区分なし"]]


def _band_names() -> list[str]:
    ends = [*(start - 1 for start in _BANDS[1:]), None]
    return [
        f"{start}～{end}歳" if end else f"{start}歳以上"
        for start, end in zip(_BANDS, ends, strict=True)
    ]


def _band(age: int | None) -> str:
    if age is None:
        return "不詳"
    reached = sum(age >= start for start in _BANDS)
    return _band_names()[reached - 1] if reached else f"{_BANDS[0] - 1}歳以下"


def _group(born_on: str, groups: tuple[Any, ...]) -> str:
    try:
        born = date.fromisoformat(born_on)
    except ValueError:
        return "優先区分なし"
    return next((str(group.name) for group in groups if group.holds(born)), "優先区分なし")
