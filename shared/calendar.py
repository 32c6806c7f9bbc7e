"""Days as Japan counts them: edges of the day, eras (和暦), business days, age, month intervals."""

import calendar as weeks
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import jpholiday
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"


class DateRefused(ValueError):
    """Words that are no day; `words` say so to whoever typed them."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True)
class Era:
    """An era with its first and its last day."""

    name: str
    letter: str
    first_day: date
    last_day: date

    @property
    def first_year(self) -> int:
        """The western year that is year 1 of the era (元年)."""
        return self.first_day.year


# 明治 counts from its proclamation, set back to 1868-01-25; the day of a change belongs to the new
# era, as on today's papers (昭和64年1月7日 is the last day of 昭和).
ERAS = (
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 29)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 24)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", date(2019, 5, 1), date.max),
)

_ERA_BY_WORD: Mapping[str, Era] = {
    word: era for era in ERAS for word in (era.name, era.letter, era.name[0])
}
_ERA_FORM = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令MTSHR])(?P<year>元|\d{1,2})"
    r"(?:[年./-])(?P<month>\d{1,2})(?:[月./-])(?P<day>\d{1,2})日?"
)
_ERA_DIGITS_FORM = re.compile(r"(?P<era>[MTSHR])(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_WESTERN_FORMS = (
    re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})"),
    re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
)


# The edges of a day


def day_start(day: date) -> datetime:
    """The first moment of a day in Tokyo, in UTC."""
    return datetime.combine(day, time.min, tzinfo=TOKYO).astimezone(UTC)


def day_edges(day: date) -> tuple[datetime, datetime]:
    """First moment of the day, and first moment after it, in UTC: `start <= moment < end`."""
    return day_start(day), day_start(day + timedelta(days=1))


def day_of(moment: datetime) -> date:
    """The day in Tokyo to which a moment belongs."""
    if moment.tzinfo is None:
        msg = "a moment without a time zone belongs to no day"
        raise ValueError(msg)
    return moment.astimezone(TOKYO).date()


# Eras


def era_of(day: date) -> Era:
    """The era of a day."""
    for era in ERAS:
        if era.first_day <= day <= era.last_day:
            return era
    raise DateRefused(_("明治より前の日付は扱えません。"))


def find_era(word: str) -> Era:
    """An era by name, first character or letter (昭和, 昭, S)."""
    try:
        return _ERA_BY_WORD[fold(word)]
    except KeyError:
        raise DateRefused(
            _("元号は明治・大正・昭和・平成・令和のどれかで入力してください。")
        ) from None


def from_era(era: Era, year: int, month: int, day: int) -> date:
    """A day named in an era; a day that lay in another era is refused."""
    if year < 1:
        raise DateRefused(_("年は1以上の数で入力してください。"))
    found = _real_day(era.first_year + year - 1, month, day)
    if not era.first_day <= found <= era.last_day:
        raise DateRefused(_("その元号にはない日付です。元号と年を確かめてください。"))
    return found


def format_wareki(day: date) -> str:
    """令和7年4月1日; the first year is 元年."""
    era = era_of(day)
    year = day.year - era.first_year + 1
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def format_day(day: date) -> str:
    """2025年4月1日(火)."""
    return f"{day.year}年{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def parse_day(words: str) -> date:
    """A day as people write it: 和暦, S25.4.1, 2005/8/24, 1937-01-01, 19370101, full width."""
    folded = fold(words)
    for form in (_ERA_FORM, _ERA_DIGITS_FORM):
        if found := form.fullmatch(folded):
            year = 1 if found["year"] == "元" else int(found["year"])
            return from_era(find_era(found["era"]), year, int(found["month"]), int(found["day"]))
    for form in _WESTERN_FORMS:
        if found := form.fullmatch(folded):
            return _real_day(int(found["year"]), int(found["month"]), int(found["day"]))
    raise DateRefused(_("日付を読み取れません。例：1950年4月1日、昭和25年4月1日、S25.4.1"))


def fold(words: str) -> str:
    """Full width to half width, letters to capitals, spaces away, every dash to "-"."""
    half = unicodedata.normalize("NFKC", words).upper()
    return re.sub(r"[‐-―−ー－]", "-", re.sub(r"\s+", "", half))


def _real_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateRefused(_("ない日付です。年・月・日を確かめてください。")) from None


# Business days


def is_business_day(day: date) -> bool:
    """Neither a weekend, nor a national holiday, nor the turn of the year (12/29 to 1/3)."""
    turn_of_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < weeks.SATURDAY and not turn_of_year and not jpholiday.is_holiday(day)


def business_day_after(day: date, *, days: int) -> date:
    """The business day that comes so many business days after a day (翌営業日 is 1)."""
    found = day
    for _step in range(days):
        found += timedelta(days=1)
        while not is_business_day(found):
            found += timedelta(days=1)
    return found


def business_day_before(day: date, *, days: int) -> date:
    """The business day that comes so many business days before a day."""
    found = day
    for _step in range(days):
        found -= timedelta(days=1)
        while not is_business_day(found):
            found -= timedelta(days=1)
    return found


# Age and intervals


def age_on(born_on: date, day: date) -> int:
    """Age in full years on a day, as Japanese law counts it.

    A year is completed at the end of the day before the day of birth comes round, and that whole
    day already counts (年齢計算ニ関スル法律), so this is the usual age of the next day.
    """
    next_day = day + timedelta(days=1)
    before = (next_day.month, next_day.day) < (born_on.month, born_on.day)
    return next_day.year - born_on.year - before


def reaches_age_on(born_on: date, *, age: int) -> date:
    """The first day on which someone counts as so old."""
    return _same_number(born_on.year + age, born_on.month, born_on.day) - timedelta(days=1)


def months_later(day: date, months: int) -> date:
    """The same day number so many months later; where there is none, the 1st of the next month."""
    year, month = divmod(day.month - 1 + months, 12)
    return _same_number(day.year + year, month + 1, day.day)


def _same_number(year: int, month: int, day: int) -> date:
    if day <= weeks.monthrange(year, month)[1]:
        return date(year, month, day)
    return date(year + month // 12, month % 12 + 1, 1)
