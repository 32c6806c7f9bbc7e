"""Doors: the calendar of opening days, and one day with the places left."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shared.calendar import months_later
from shared.figures import whole_number
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may
from venues import days as openings
from venues import directory, release_rules
from venues.presenters import DayRow, calendar_of, headings_of, slot_rows
from venues.views._doors import page


@policy(staff_may(Permission.SEE_VENUES))
@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """A month of opening days, of all venues or of one."""
    at = timezone.now()
    today = timezone.localdate(at)
    month = _month(request.GET.get("month", ""), today)
    venues = directory.venues()
    venue_id = _venue(request.GET.get("venue", ""), {one.pk for one in venues})
    last = months_later(month, 1) - timedelta(1)
    rows = [DayRow(line, at) for line in openings.between(month, last, venue_id=venue_id)]
    facts = {
        "rows": rows,
        "venues": venues,
        "venue_id": venue_id,
        "month_shown": month,
        "month": calendar_of(rows, month=month, venue_id=venue_id, today=today),
    }
    return page(request, "days.html", facts)


@policy(staff_may(Permission.SEE_VENUES))
@require_safe
def day(request: HttpRequest, iso: str) -> HttpResponse:
    """One day: every opening, every slot, what is left by channel."""
    chosen, at = _day(iso), timezone.now()
    found = [
        {
            "row": DayRow(line, at),
            "slots": slot_rows(slots, day_is_open=line.is_open),
            "headings": headings_of(slots, editing=False),
            "coming": release_rules.next_of(line.opening, at=at),
        }
        for line in openings.between(chosen, chosen)
        for slots in [openings.slot_lines(line.opening)]
    ]
    facts = {
        "day": chosen,
        "openings": found,
        "earlier": chosen - timedelta(1),
        "later": chosen + timedelta(1),
    }
    return page(request, "day.html", facts)


def _day(iso: str) -> date:
    try:
        return date.fromisoformat(iso)
    except ValueError as wrong:
        raise Http404 from wrong


def _month(words: str, today: date) -> date:
    try:
        month = date.fromisoformat(f"{words}-01")
    except ValueError:
        return today.replace(day=1)
    return month if 2000 <= month.year < 2100 else today.replace(day=1)


def _venue(words: str, known: set[int]) -> int | None:
    number = whole_number(words)
    return number if number in known else None
