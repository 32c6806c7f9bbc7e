"""Days, times and numbers as people read them; `{% load ui %}` brings these along."""

from datetime import date, datetime, time

from django.template import Library
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, gettext

from shared import calendar
from shared import phone as phones

register = Library()


@register.filter
def day(value: date | datetime | None) -> str:
    """2027年4月7日(水), or Wed 7 April 2027; a moment is told by its day in Tokyo."""
    return date_format(_day_of(value), gettext("Y年n月j日(D)")) if value else ""


@register.filter
def short_day(value: date | datetime | None) -> str:
    """4月7日(水), or Wed 7 Apr."""
    return date_format(_day_of(value), gettext("n月j日(D)")) if value else ""


@register.filter
def wareki(value: date | None) -> str:
    """昭和25年4月1日; the western day where the page is not in Japanese."""
    if not value:
        return ""
    if (get_language() or "ja").startswith("ja"):
        return calendar.format_wareki(value)
    return date_format(value, gettext("Y年n月j日"))


@register.filter
def clock(value: time | datetime | None) -> str:
    """10:15, in Tokyo."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(calendar.TOKYO).time()
    return time_format(value, "G:i")


@register.filter
def moment(value: datetime | None) -> str:
    """The day and the time of a moment, in Tokyo."""
    return f"{day(value)} {clock(value)}" if value else ""


@register.filter
def phone(e164: str) -> str:
    """A stored number as people read it."""
    return phones.national(e164) if e164 else ""


def _day_of(value: date | datetime) -> date:
    return calendar.day_of(value) if isinstance(value, datetime) else value
