"""Rule: a visit as a calendar entry (iCalendar): when and where, and nothing about anybody."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from booking.presenters.visits import Visit


def entry(visits: Sequence[Visit], *, at: datetime) -> bytes:
    """A calendar file with one event for each visit, and a reminder the evening before."""
    calendar = Calendar()
    calendar.add("prodid", "-//Waku//Reservations//JA")
    calendar.add("version", "2.0")
    for visit in visits:
        calendar.add_component(_event(visit, at=at))
    return bytes(calendar.to_ical())


def _event(visit: Visit, *, at: datetime) -> Event:
    slot = visit.reservation.slot
    event = Event()
    event.add("uid", f"{visit.reservation.pk}@waku")
    event.add("sequence", visit.reservation.version - 1)
    event.add("dtstamp", at)
    event.add("dtstart", slot.starts_at)
    event.add("dtend", slot.ends_at)
    event.add("summary", _("予約（%(dose)s）") % {"dose": visit.dose})
    event.add("location", f"{visit.venue.name} {visit.venue.address}")
    event.add("description", visit.venue.what_to_bring)
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("description", _("明日は予約日です"))
    reminder.add("trigger", timedelta(hours=-18))
    event.add_component(reminder)
    return event
