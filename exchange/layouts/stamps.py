"""Days and moments as the national system writes them (年月日・日時), and a column kept blank."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from exchange.layouts import characters
from exchange.layouts.kinds import Looked, NeedsLook, Tidy
from exchange.layouts.problems import Code
from shared.calendar import TOKYO

_FORM: Final = "%Y%m%d%H%M%S"


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    try:
        datetime.strptime(text, _FORM)  # noqa: DTZ007 - only whether there is such a moment
    except ValueError:
        return False
    return True


def read_moment(cell: str) -> datetime:
    """The moment that a clean cell names."""
    return datetime.strptime(cell, _FORM).replace(tzinfo=TOKYO)


def write_moment(moment: datetime) -> str:
    """A moment as a cell, in Japan's time."""
    return f"{moment.astimezone(TOKYO):{_FORM}}"


def _day(cell: str) -> str:
    if not _is_day(cell):
        raise NeedsLook
    return cell


def _moment(cell: str) -> str:
    if not _is_moment(cell):
        raise NeedsLook
    return cell


@dataclass(frozen=True)
class CompactDay:
    """YYYYMMDD and nothing else."""

    clean = "[0-9]{8}"

    @property
    def tidy(self) -> Tidy:
        return lambda cell: cell and _day(cell)

    def look(self, cell: str) -> Looked:
        text = cell.strip(characters.SPACE)
        if len(text) != 8 or not (text.isascii() and text.isdigit()):
            return text, ((Code.CHARACTERS, "YYYYMMDD の8桁で。"),)
        return text, () if _is_day(text) else ((Code.DATE, "暦にない日付です。"),)

    def explain(self) -> tuple[str, str]:
        return "日付", "YYYYMMDD"


@dataclass(frozen=True)
class Moment:
    """YYYYMMDDHHMMSS in Japan's time."""

    clean = "[0-9]{14}"

    @property
    def tidy(self) -> Tidy:
        return lambda cell: cell and _moment(cell)

    def look(self, cell: str) -> Looked:
        text = cell.strip(characters.SPACE)
        if len(text) != 14 or not (text.isascii() and text.isdigit()):
            return text, ((Code.CHARACTERS, "YYYYMMDDHHMMSS の14桁で。"),)
        return text, () if _is_moment(text) else ((Code.DATE, "暦か時計にない日時です。"),)

    def explain(self) -> tuple[str, str]:
        return "日時", "YYYYMMDDHHMMSS(日本時間)"


@dataclass(frozen=True)
class Blank:
    """A place that others use and we never fill."""

    clean = "(?!)"
    tidy = None

    def look(self, cell: str) -> Looked:
        return cell, ((Code.FORBIDDEN, "常に空でなければなりません。"),)

    def explain(self) -> tuple[str, str]:
        return "空欄", "0"
