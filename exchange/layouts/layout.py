"""One definition per file layout (レイアウト): it reads, checks, writes and explains itself."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _

from exchange.layouts.kinds import Kind, Tidy
from exchange.layouts.problems import Finding
from privacy.item_whitelist import Party, not_allowed

#: Stands between cells where a whole row is matched at once; no clean cell can hold it.
JOINT: Final = "\x1f"


@dataclass(frozen=True)
class Facts:
    """What the rows of one file are judged against."""

    municipality_code: str
    base_date: date
    youngest: int | None = None
    oldest: int | None = None


@dataclass(frozen=True)
class Column:
    """One column: what stands in it, and which item of the founding document it is."""

    header: str
    field: str
    kind: Kind
    item: str
    example: str
    required: bool = True
    note: str = ""


class ItemNotAllowed(ValueError):
    """A layout would hand a party an item that stands on none of its lists (S-17)."""


#: Looks at a whole row (a named tuple of tidy texts) and yields what its columns cannot see.
RowCheck = Callable[[Any, Facts], Iterable[Finding]]


@dataclass(frozen=True)
class Layout:
    """The columns of one file in order, and the rules between them."""

    id: str
    version: int
    title: str
    party: Party
    columns: tuple[Column, ...]
    make_row: Callable[[Iterable[str]], tuple[str, ...]]
    checks: tuple[RowCheck, ...] = ()
    #: Two rows with the same texts in these fields are one row too many.
    unique: tuple[str, ...] = ()
    #: We wrote it: a leading apostrophe of ours is taken off again.
    is_ours: bool = False
    #: The first row names the columns; without it rows are known by their order alone.
    has_header: bool = True
    #: No person in it: it may travel unsealed.
    in_the_open: bool = False
    #: The field that counts the rows from 1, without a gap.
    serial: str = ""
    sample_rows: tuple[Sequence[str], ...] = field(default=())

    def __post_init__(self) -> None:
        """A layout with an item its party may not hold cannot even be written down."""
        wrong = not_allowed(party=self.party, wanted=self.items())
        if wrong:
            raise ItemNotAllowed(self.id, self.party, wrong)

    @property
    def headers(self) -> tuple[str, ...]:
        """The header row, exactly."""
        return tuple(column.header for column in self.columns)

    @cached_property
    def clean(self) -> re.Pattern[str]:
        """Matches a joined row in which no cell needs a closer look."""
        return re.compile(
            JOINT.join(
                f"(?:{column.kind.clean}){'' if column.required else '?'}"
                for column in self.columns
            )
        )

    @cached_property
    def tidies(self) -> tuple[tuple[int, Tidy], ...]:
        """Position and tidier of each column that has more than one written form."""
        return tuple(
            (at, column.kind.tidy)
            for at, column in enumerate(self.columns)
            if column.kind.tidy is not None
        )

    def index(self, name: str) -> int:
        """The position of a field."""
        return next(at for at, column in enumerate(self.columns) if column.field == name)

    def header_of(self, name: str) -> str:
        """The header of a field."""
        return self.columns[self.index(name)].header

    def items(self) -> tuple[str, ...]:
        """The items of the founding document this file carries."""
        return tuple(dict.fromkeys(column.item for column in self.columns))


def help_rows(layout: Layout) -> list[dict[str, str]]:
    """The layout as a person reads it: one line a column."""
    lines = []
    for number, column in enumerate(layout.columns, start=1):
        type_words, size_words = column.kind.explain()
        lines.append(
            {
                "number": str(number),
                "header": column.header,
                "type": type_words,
                "size": size_words,
                "required": str(_("必須") if column.required else _("任意")),
                "note": column.note,
                "example": column.example,
            }
        )
    return lines
