"""The picker: two weeks by venue, the times of one day, suggestions; and what is read back."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from booking.models import Reservation
from booking.pairing import MakerRule, PairRule
from booking.rulebook import rulebook
from callcentre import desk, picker
from callcentre.picker import SlotLine, VenueRow, Wanted
from callcentre.presenters.errand import MOVE, Errand
from callcentre.presenters.names import named
from callcentre.shares import shares
from venues.picture import Picture, VenueLine

SUGGESTED = 3
DOSES = 2


@dataclass(frozen=True)
class Suggestion:
    """One slot that can be chosen with one key."""

    slot: SlotLine
    venue: VenueLine
    url: str


@dataclass(frozen=True)
class ReadBack:
    """One dose as it is read back to the caller before it is taken."""

    dose: int
    slot: SlotLine
    venue: VenueLine
    again_url: str


@dataclass(frozen=True)
class Picking:
    """What the page shows while a slot is chosen for one dose."""

    errand: Errand
    dose: int
    seq: int
    since: date
    days: list[date]
    rows: list[VenueRow]
    venue_id: int | None
    venue: VenueLine | None
    day: date | None
    slots: list[SlotLine]
    suggestions: list[Suggestion]
    chosen: list[ReadBack]
    earlier_url: str
    later_url: str

    @property
    def lends_more(self) -> bool:
        """Whether more than the telephone's and the web's places may be taken."""
        return bool(set(shares()) - picker.TOLD_APART)

    @property
    def field_name(self) -> str:
        """The name of the radio buttons."""
        return f"s{self.dose}"


def doses_of(errand: Errand, live: tuple[Reservation, ...], *, today: date) -> tuple[int, ...]:
    """Which doses the errand is about, in order."""
    if errand.kind == MOVE:
        moved = (one.dose_number for one in live if one.pk == errand.reservation_id)
        return tuple(moved)
    if errand.doses:
        return errand.doses
    return unbooked(live, errand.programme_id, today=today)


def unbooked(
    live: tuple[Reservation, ...], programme_id: int | None, *, today: date
) -> tuple[int, ...]:
    """The doses of a programme's course that may be booked next and are not; of any, without one."""
    course = desk.course_for(None, today, programme_id)
    days = {
        one.dose_number: localdate(one.slot.starts_at)
        for one in live
        if programme_id in {None, one.programme_id}
    }
    doses = [n for n in range(1, (course.doses if course else DOSES) + 1) if n not in days]
    rule = rulebook().terms(course.programme_id, today).pair_rule if course else PairRule.EACH
    if rule == PairRule.FIRST_ONLY:
        doses = [n for n in doses if n == 1]
    if rule == PairRule.IN_TURN:
        doses = [n for n in doses if n == 1 or days.get(n - 1, date.max) <= today]
    return tuple(doses)


def read_back(errand: Errand, picture: Picture, doses: tuple[int, ...]) -> list[ReadBack]:
    """The slots chosen so far, in words."""
    found = []
    for dose in doses:
        line = picker.find_slot(picture, errand.slots.get(dose, 0))
        if line is not None:
            venue = picture.venues[line.venue_id]
            found.append(ReadBack(dose, line, venue, errand.without(dose).url()))
    return found


def picking(
    errand: Errand,
    picture: Picture,
    live: tuple[Reservation, ...],
    *,
    dose: int,
    today: date,
    not_before: date | None = None,
) -> Picking:
    """The picker for one dose, opened at the best suggestion unless somebody looked elsewhere."""
    chosen = read_back(errand, picture, doses_of(errand, live, today=today))
    wanted = _not_before(not_before, _wanted(errand, live, chosen, dose=dose, today=today))
    suggested = _suggested(picture, wanted, chosen, dose=dose)
    first = suggested[0] if suggested else None
    venue_id = errand.venue_id or (first.venue_id if first else None)
    day = errand.day or (first.day if first else wanted.since)
    since = errand.since or max(wanted.since, day - timedelta(days=picker.DAYS // 2))
    at = (venue_id, day) if venue_id else None
    days, rows = picker.days_by_venue(picture, wanted=_from(wanted, since), chosen=at)
    return Picking(
        errand=errand,
        dose=dose,
        seq=picture.seq,
        since=since,
        days=days,
        rows=rows,
        venue_id=venue_id,
        venue=picture.venues.get(venue_id) if venue_id else None,
        day=day,
        slots=picker.slots_of(picture, venue_id=venue_id, day=day, wanted=wanted)
        if venue_id and wanted.allows(day)
        else [],
        suggestions=[
            Suggestion(one, picture.venues[one.venue_id], _chosen_url(errand, dose, one.slot_id))
            for one in suggested
        ],
        chosen=chosen,
        earlier_url=_turned(errand, since, -picker.DAYS, not_before=wanted.since),
        later_url=_turned(errand, since, picker.DAYS, not_before=wanted.since),
    )


def _not_before(day: date | None, wanted: Wanted) -> Wanted:
    return replace(wanted, since=max(wanted.since, day), not_before=day) if day else wanted


def _turned(errand: Errand, since: date, days: int, *, not_before: date) -> str:
    """The address of the two weeks before or after; none where there is nothing earlier."""
    found = max(not_before, since + timedelta(days=days))
    return errand.url(("since", found)) if found != since else ""


def said(line: SlotLine, venue: VenueLine) -> str:
    """A slot as it is said on the telephone."""
    day = date_format(line.day, _("n月j日(D)"))
    return _("%(day)s %(time)s %(venue)s") % {
        "day": day, "time": f"{line.starts_at:%-H:%M}", "venue": named(venue),
    }  # fmt: skip


def _chosen_url(errand: Errand, dose: int, slot_id: int) -> str:
    return errand.url((f"s{dose}", slot_id))


def _from(wanted: Wanted, since: date) -> Wanted:
    return replace(wanted, since=since)


def _wanted(
    errand: Errand,
    live: tuple[Reservation, ...],
    chosen: list[ReadBack],
    *,
    dose: int,
    today: date,
) -> Wanted:
    """The days the interval leaves, and the vaccine of the other dose."""
    staying = [one for one in live if one.pk != errand.cancels]
    programme_id = errand.programme_id
    days = {one.dose_number: localdate(one.slot.starts_at) for one in staying}
    vaccines = {one.dose_number: one.slot.opening.vaccine_id for one in live}
    if errand.kind == MOVE:
        days.pop(dose, None)
        vaccines.pop(dose, None)
    days |= {one.dose: one.slot.day for one in chosen if one.dose != dose}
    vaccines |= {one.dose: one.slot.vaccine_id for one in chosen if one.dose != dose}
    vaccine_id = next(iter(vaccines.values()), None)
    course = desk.course_for(vaccine_id, today, programme_id)
    apart = timedelta(days=course.earliest_days if course else 0)
    before, after = days.get(dose - 1), days.get(dose + 1)
    not_before = before + apart if before else None
    not_after = after - apart if after else None
    if before and course and course.latest_days is not None:
        not_after = min(not_after or date.max, before + timedelta(days=course.latest_days))
    rule = rulebook().terms(course.programme_id, today).maker_rule if course else ""
    return Wanted(
        since=max(today, not_before) if not_before else today,
        vaccine_id=vaccine_id if rule in {"", MakerRule.SAME_VACCINE} else None,
        not_before=not_before,
        not_after=not_after,
        programme_id=programme_id,
        dose_number=dose,
    )


def _suggested(
    picture: Picture, wanted: Wanted, chosen: list[ReadBack], *, dose: int
) -> list[SlotLine]:
    before = next((one.slot for one in chosen if one.dose == dose - 1), None)
    if before is None:
        return picker.earliest(picture, wanted=wanted, count=SUGGESTED)
    course = desk.course_for(before.vaccine_id, before.day, before.programme_id)
    return picker.for_next_dose(
        picture,
        before,
        earliest_days=course.earliest_days if course else 0,
        standard_days=course.standard_days if course else 0,
        dose_number=dose,
        count=SUGGESTED,
    )
