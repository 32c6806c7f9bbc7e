"""A month on one page: each day with its mark (○ △ ×) and where it leads."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import jpholiday
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

SUNDAY_FIRST = calendar.Calendar(firstweekday=6)


@dataclass(frozen=True)
class Mark:
    """A sign, the words that say the same, and the tone it is shown in."""

    sign: str
    label: str | Promise
    tone: str


OPEN = Mark("○", gettext_lazy("空きあり"), "positive")
FEW = Mark("△", gettext_lazy("残りわずか"), "caution")
FULL = Mark("×", gettext_lazy("満員"), "negative")
CLOSED = Mark("－", gettext_lazy("受付なし"), "neutral")
LEGEND = (OPEN, FEW, FULL, CLOSED)


@dataclass(frozen=True, kw_only=True)
class DayCell:
    """One day of the month as the template places it."""

    day: date
    mark: Mark
    url: str = ""
    is_chosen: bool = False
    is_outside: bool = False

    @property
    def sign(self) -> str:
        """The mark itself."""
        return self.mark.sign

    @property
    def label(self) -> str | Promise:
        """What the mark means."""
        return self.mark.label

    @property
    def tone(self) -> str:
        """The tone of the mark."""
        return self.mark.tone

    @property
    def spoken(self) -> str:
        """The day as a screen reader says it."""
        return date_format(self.day, gettext("n月j日"))

    @property
    def day_class(self) -> str:
        """Sundays and holidays in red, Saturdays in blue, as on any calendar in Japan."""
        return day_class(self.day)


@dataclass(frozen=True, kw_only=True)
class MonthPage:
    """Everything the `month` tag needs."""

    id: str
    title: str
    weeks: Sequence[Sequence[DayCell]]
    earlier_url: str = ""
    later_url: str = ""
    legend: Sequence[Mark] = LEGEND

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """The heading of each column with its style."""
        names = gettext("日 月 火 水 木 金 土").split()
        styles = ["is-sunday", "", "", "", "", "", "is-saturday"]
        return list(zip(names, styles, strict=True))


def day_class(day: date) -> str:
    """The style of a day: holiday, Sunday, Saturday or none."""
    if jpholiday.is_holiday(day):
        return "is-holiday"
    return {5: "is-saturday", 6: "is-sunday"}.get(day.weekday(), "")


def month_page(
    *,
    year: int,
    month: int,
    marks: Mapping[date, Mark],
    urls: Mapping[date, str],
    chosen: date | None = None,
    earlier_url: str = "",
    later_url: str = "",
) -> MonthPage:
    """Lay a month out in weeks; a day without a mark is closed, one without a URL no link."""
    weeks = [
        [
            DayCell(
                day=day,
                mark=marks.get(day, CLOSED),
                url=urls.get(day, ""),
                is_chosen=day == chosen,
                is_outside=day.month != month,
            )
            for day in week
        ]
        for week in SUNDAY_FIRST.monthdatescalendar(year, month)
    ]
    first = date(year, month, 1)
    return MonthPage(
        id=f"month-{first:%Y-%m}",
        title=date_format(first, gettext("Y年n月")),
        weeks=weeks,
        earlier_url=earlier_url,
        later_url=later_url,
    )
