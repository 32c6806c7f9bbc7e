"""The two documents of a municipality's places: how they are made and how they are read (空き状況)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db.models import Count
from django.utils.timezone import localdate

from shared.calendar import TOKYO
from venues import tranches
from venues.levels import Level, level
from venues.models import Bucket, Channel, Hold, Programme, Vaccine, Venue
from venues.picture import Picture, Place, ProgrammeLine, VaccineLine, VenueLine

Body = dict[str, Any]
FIRST = 1  # the id of what an upgraded municipality already ran


@dataclass(frozen=True)
class Row:
    """One bucket as the database gives it."""

    bucket: int
    slot: int
    opening: int
    venue: int
    vaccine: int
    day: date
    start: str
    end: str
    channel: str
    capacity: int
    taken: int
    open: bool
    bookable_from: datetime
    bookable_until: datetime
    held: int
    allowance: int
    allowance_until: datetime | None
    programme: int
    dose: int | None
    expired: int = 0  # of the held places, those whose time ran out

    def left(self, at: datetime) -> int:
        """How many more people can be taken at this moment."""
        signed = self.allowance if self.allowance_until and self.allowance_until > at else 0
        return max(0, self.capacity + signed - self.taken - self.held + self.expired)


@dataclass(frozen=True)
class Found:
    """Everything a document is made of, at one moment."""

    rows: list[Row]
    venues: list[Venue]
    vaccines: list[Vaccine]
    programmes: list[Programme]
    at: datetime


def read(at: datetime) -> Found:
    """Every bucket from this day on, holds that ran out, and the names: six statements."""
    ended = Hold.objects.filter(bucket__isnull=False, until__lte=at).values_list("bucket_id")
    expired = dict(ended.annotate(count=Count("pk")))
    rows = Bucket.objects.filter(slot__opening__day__gte=localdate(at)).order_by(
        "slot__starts_at", "slot__opening__venue__code", "slot_id", "channel"
    )
    values = rows.values_list(
        "id", "slot_id", "slot__opening_id", "slot__opening__venue_id", "slot__opening__vaccine_id",
        "slot__opening__day", "slot__starts_at", "slot__ends_at", "channel", "capacity", "taken",
        "is_open", "bookable_from", "bookable_until", "held", "allowance", "allowance_until",
        "slot__opening__programme_id", "slot__opening__dose_number",
    )  # fmt: skip
    later = tranches.withheld(at=at)
    made = (
        Row(*row[:6], _clock(row[6]), _clock(row[7]), *row[8:], expired.get(row[0], 0))  # type: ignore[arg-type]  # in the order of the columns
        for row in values
    )
    return Found(
        [_without(row, later[row.bucket]) if row.bucket in later else row for row in made],
        list(Venue.objects.all()),
        list(Vaccine.objects.all()),
        list(Programme.objects.all()),
        at,
    )


def _without(row: Row, later: int) -> Row:
    """The bucket without the places that a plan opens later."""
    there = row.capacity - later
    return replace(row, capacity=max(there, row.taken + row.held), open=row.open and there > 0)


@lru_cache(maxsize=50_000)  # the same quarters of an hour stand in many buckets
def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(TOKYO):%H:%M}"


@lru_cache(maxsize=50_000)
def _moment(moment: datetime) -> str:
    return moment.astimezone(TOKYO).isoformat()


def _takeable(row: Row, at: datetime) -> bool:
    return row.open and row.bookable_from <= at < row.bookable_until


def _names(found: Found, *, closed_too: bool) -> Body:
    return {
        "venues": {
            str(venue.pk): {
                "name": venue.name,
                "name_en": venue.name_en or venue.name,
                "address": venue.address,
                "address_en": venue.address_en or venue.address,
                "step_free": venue.step_free,
            }
            for venue in found.venues
            if closed_too or venue.is_open
        },
        "vaccines": {
            str(vaccine.pk): {"name": str(vaccine), "name_en": vaccine.name_en}
            for vaccine in found.vaccines
        },
        "programmes": {
            str(one.pk): {"name": one.name, "name_en": one.name_en or one.name, "kind": one.kind}
            for one in found.programmes
            if closed_too or one.is_open
        },
    }


def places_body(found: Found) -> Body:
    """The staff's document: per bucket id all that a console needs to offer it."""
    buckets = {
        str(row.bucket): {
            "slot": row.slot,
            "opening": row.opening,
            "venue": row.venue,
            "vaccine": row.vaccine,
            "programme": row.programme,
            "dose": row.dose,
            "day": row.day.isoformat(),
            "start": row.start,
            "channel": row.channel,
            "capacity": row.capacity,
            "taken": row.taken,
            "left": row.left(found.at),
            "open": _takeable(row, found.at),
        }
        for row in found.rows
    }
    return {**_names(found, closed_too=True), "buckets": buckets}


def free_places_body(found: Found) -> Body:
    """The residents' document: per opening its slots, each with a level and no count."""
    openings: dict[int, Body] = {}
    shown = {venue.pk for venue in found.venues if venue.is_open}
    running = {one.pk for one in found.programmes if one.is_open}
    for row in found.rows:
        if row.channel != Channel.WEB or row.venue not in shown or row.programme not in running:
            continue
        opening = openings.setdefault(
            row.opening,
            {
                "opening": row.opening,
                "venue": row.venue,
                "vaccine": row.vaccine,
                "programme": row.programme,
                "dose": row.dose,
                "day": row.day.isoformat(),
                "from": _moment(row.bookable_from),
                "until": _moment(row.bookable_until),
                "slots": [],
            },
        )
        left = row.left(found.at)
        said = level(capacity=row.capacity, left=left, is_open=_takeable(row, found.at))
        opening["slots"].append(
            {
                "bucket": row.bucket,
                "slot": row.slot,
                "start": row.start,
                "end": row.end,
                "level": str(said),
            }
        )
    return {**_names(found, closed_too=False), "openings": list(openings.values())}


def _programmes_of(body: Body) -> dict[int, ProgrammeLine]:
    # A document announced by the former version names none: all it shows is of the first.
    said = body.get("programmes", {})
    return {int(pk): ProgrammeLine(int(pk), **line) for pk, line in said.items()}


def _names_of(body: Body) -> tuple[dict[int, VenueLine], dict[int, VaccineLine]]:
    return (
        {int(pk): VenueLine(int(pk), **line) for pk, line in body["venues"].items()},
        {int(pk): VaccineLine(int(pk), **line) for pk, line in body["vaccines"].items()},
    )


def places_picture(seq: int, body: Body) -> Picture:
    """The staff's document, read."""
    places = (
        Place(
            bucket_id=int(pk),
            slot_id=one["slot"],
            opening_id=one["opening"],
            venue_id=one["venue"],
            vaccine_id=one["vaccine"],
            day=date.fromisoformat(one["day"]),
            starts_at=time.fromisoformat(one["start"]),
            channel=one["channel"],
            level=level(capacity=one["capacity"], left=one["left"], is_open=one["open"]),
            capacity=one["capacity"],
            taken=one["taken"],
            left=one["left"],
            programme_id=one.get("programme", FIRST),
            only_dose=one.get("dose"),
        )
        for pk, one in body["buckets"].items()
    )
    return Picture(seq, *_names_of(body), _in_order(places), _programmes_of(body))


def free_places_picture(seq: int, body: Body) -> Picture:
    """The residents' document, read."""
    places = (
        Place(
            bucket_id=one["bucket"],
            slot_id=one["slot"],
            opening_id=opening["opening"],
            venue_id=opening["venue"],
            vaccine_id=opening["vaccine"],
            day=date.fromisoformat(opening["day"]),
            starts_at=time.fromisoformat(one["start"]),
            channel=Channel.WEB,
            level=Level(one["level"]),
            bookable_from=datetime.fromisoformat(opening["from"]),
            bookable_until=datetime.fromisoformat(opening["until"]),
            programme_id=opening.get("programme", FIRST),
            only_dose=opening.get("dose"),
        )
        for opening in body["openings"]
        for one in opening["slots"]
    )
    return Picture(seq, *_names_of(body), _in_order(places), _programmes_of(body))


_ORDER = attrgetter("day", "starts_at", "venue_id", "bucket_id")


def _in_order(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=_ORDER))
