"""What is wrong with a plan, in words a ward officer can act on (点検の結果)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.templatetags.words import short_day


class Grade(StrEnum):
    """How bad it is: an error keeps the plan from being armed; a warning asks for a reason."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, of which row (0: of the whole plan)."""

    grade: Grade
    code: str
    words: str
    row_id: int = 0

    @property
    def is_error(self) -> bool:
        """Whether the plan may not be armed with it."""
        return self.grade == Grade.ERROR


def error(code: str, words: str, row_id: int = 0) -> Finding:
    """A finding that keeps the plan from being armed."""
    return Finding(Grade.ERROR, code, words, row_id)


def warning(code: str, words: str, row_id: int = 0) -> Finding:
    """A finding that somebody has to accept with a reason."""
    return Finding(Grade.WARNING, code, words, row_id)


MOST_NAMED = 5


def some(days: Iterable[date]) -> str:
    """The first few days in words."""
    found = sorted(set(days))
    named = "、".join(short_day(one) for one in found[:MOST_NAMED])
    return named + ("…" if len(found) > MOST_NAMED else "")
