"""Venues, rules and open days: fourteen days from tomorrow, and the same three weeks later."""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from booking.models import PriorityGroup, VaccineCourse
from config.demo.cast import TOWNS
from config.demo.timetables import BRING, BRING_EN, PLACES, Place
from shared.calendar import day_of, day_start
from tenancy import accounts
from tenancy import municipalities as known
from tenancy.current import municipality_atomic, serving
from tenancy.models import Staff
from venues import directory, openings
from venues.models import Opening, Vaccine, Venue
from venues.timetable import Hours

DAYS: Final = 14
THREE_WEEKS: Final = 21  # the second dose's usual distance
REASON: Final = "デモの準備"
OPENS_AT: Final = timedelta(hours=9)
LUNCH: Final = (time(12, 0), time(13, 0))


def places() -> str:
    """Open what is not open yet, so that there are fourteen days ahead at every start."""
    at = timezone.now()
    opened = 0
    for town in TOWNS:
        with serving(known.find(code=town.code)):
            officer = accounts.everybody().get(login_name="officer1")
            vaccine = _rules(by=officer, at=at)
            for place in PLACES[town.label]:
                venue = _venue(place, by=officer, at=at)
                opened += _open(venue, place, vaccine, by=officer, at=at)
    names = "、".join(place.name for place in PLACES["mihon"])
    return f"{names}（新たに{opened}日分）"


def _rules(*, by: Staff, at: datetime) -> Vaccine:
    """One vaccine of two doses, and who may book it since when."""
    found = Vaccine.objects.first()
    if found is not None:
        return found
    today = day_of(at)
    with municipality_atomic():
        vaccine = directory.keep_vaccine(
            vaccine=Vaccine(maker="架空製薬", name="見本ワクチン", name_en="Mihon vaccine"),
            reason=REASON,
            by=by,
            at=at,
        )
        VaccineCourse.objects.create(
            vaccine=vaccine,
            effective_from=today - timedelta(days=60),
            minimum_age=12,
            guideline="デモの手引き 第1版",
        )
        for position, (name, name_en, age, opens) in enumerate(_groups(), start=1):
            PriorityGroup.objects.create(
                name=name,
                name_en=name_en,
                position=position,
                born_until=date(today.year - age, 4, 1),
                bookable_from=day_start(today + timedelta(days=opens)) + OPENS_AT,
            )
    return vaccine


def _groups() -> tuple[tuple[str, str, int, int], ...]:
    """Who, from which age, and in how many days they may book; the youngest not yet."""
    return (
        ("75歳以上の方", "75 and over", 75, -30),
        ("65歳以上の方", "65 and over", 65, -20),
        ("16歳以上の方", "16 and over", 16, -5),
        ("12歳以上の方", "12 and over", 12, 10),
    )


def _venue(place: Place, *, by: Staff, at: datetime) -> Venue:
    found = next((one for one in directory.venues() if one.code == place.code), None)
    if found is not None:
        return found
    venue = Venue(
        code=place.code,
        name=place.name,
        name_en=place.name_en,
        address=place.address,
        address_en=place.address_en,
        access=place.access,
        access_en=place.access_en,
        what_to_bring=BRING,
        what_to_bring_en=BRING_EN,
        step_free=place.step_free,
    )
    return directory.keep_venue(venue=venue, reason=REASON, by=by, at=at)


def _open(venue: Venue, place: Place, vaccine: Vaccine, *, by: Staff, at: datetime) -> int:
    tomorrow = day_of(at) + timedelta(days=1)
    wanted = {
        tomorrow + timedelta(days=after + later)
        for after in range(DAYS)
        for later in (0, THREE_WEEKS)
    }
    there = set(Opening.objects.filter(venue=venue).values_list("day", flat=True))
    missing = sorted(wanted - there)
    if missing:
        openings.open_days(
            plan=_plan(venue, place, vaccine, at=at), days=missing, reason=REASON, by=by, at=at
        )
    return len(missing)


def _plan(venue: Venue, place: Place, vaccine: Vaccine, *, at: datetime) -> openings.Plan:
    has_lunch = place.starts_at < LUNCH[0] and place.ends_at > LUNCH[1]
    return openings.Plan(
        venue=venue,
        vaccine=vaccine,
        hours=Hours(
            starts_at=place.starts_at,
            ends_at=place.ends_at,
            break_from=LUNCH[0] if has_lunch else None,
            break_until=LUNCH[1] if has_lunch else None,
            lanes=place.lanes,
            slot_minutes=place.slot_minutes,
            places_per_lane=place.places_per_lane,
        ),
        bookable_from=at - timedelta(days=5),
        days_before=0,  # until the morning itself, so that tomorrow can be booked tonight
        closes_at=time(8, 0),
    )
