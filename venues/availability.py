"""The two live pictures of a municipality: `places` for staff, `free_places` for residents.

A picture is announced when it changed and read from there; the claim alone is the truth.
"""

import hashlib
import json
import time as clock
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from threading import Lock
from typing import Any

from django.db import connections
from django.utils.timezone import localdate, localtime

from tenancy import live
from tenancy.current import current, municipality_atomic
from tenancy.models import Topic
from venues.levels import Level, level
from venues.models import Bucket, Channel, Vaccine, Venue
from venues.picture import Picture, Place, VaccineLine, VenueLine

PLACES = "places"  # staff: every bucket with its counts
FREE_PLACES = "free_places"  # residents: symbols only
KEPT_SECONDS = 2.0
ANNOUNCING_LOCK = 766_564

Body = dict[str, Any]


@dataclass(frozen=True)
class _Kept:
    until: float
    seq: int
    etag: str
    picture: Picture
    text: bytes


_kept: dict[tuple[str, str], _Kept] = {}
_catching_up = Lock()


def announce(*, at: datetime) -> None:
    """Publish both pictures as they are now; their sequences rise only where they changed."""
    with municipality_atomic():
        # In turn: an older picture must never be published after a newer one.
        with connections[current().database].cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s::int, %s::int)",
                [ANNOUNCING_LOCK, int(current().code)],
            )
        found = _read(at)
        live.publish(topic=PLACES, body=_places_body(found), at=at)
        live.publish(topic=FREE_PLACES, body=_free_places_body(found), at=at)


def staff_places(*, at: datetime, seq: int = 0) -> Picture:
    """What staff see: every channel, with counts; at most two seconds behind the announcement.

    Who heard the doorbell of a sequence names it and is shown nothing older.
    """
    kept = _kept.get((current().code, PLACES))
    if seq <= (kept.seq if kept else 0):
        return _newest(PLACES, _places_body, _places_picture, at).picture
    with _catching_up:  # of many consoles that heard the same doorbell, one looks
        kept = _kept.get((current().code, PLACES))
        if kept and kept.seq < seq:
            _kept[current().code, PLACES] = replace(kept, until=0.0)
        return _newest(PLACES, _places_body, _places_picture, at).picture


def free_places(*, at: datetime) -> Picture:
    """What residents see: levels only; at most two seconds behind the announcement."""
    return _newest(FREE_PLACES, _free_places_body, _free_picture, at).picture


def free_places_document(*, at: datetime) -> tuple[bytes, str]:
    """The residents' picture as JSON, and its entity tag; no statement while it is kept."""
    kept = _newest(FREE_PLACES, _free_places_body, _free_picture, at)
    return kept.text, kept.etag


def forget_kept() -> None:
    """Drop what this process keeps: after places were changed here and must be seen at once."""
    _kept.clear()


@dataclass(frozen=True)
class _Row:
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


@dataclass(frozen=True)
class _Found:
    rows: list[_Row]
    venues: list[Venue]
    vaccines: list[Vaccine]
    at: datetime


def _read(at: datetime) -> _Found:
    rows = Bucket.objects.filter(slot__opening__day__gte=localdate(at)).order_by(
        "slot__starts_at", "slot__opening__venue__code", "slot_id", "channel"
    )
    values = rows.values_list(
        "id", "slot_id", "slot__opening_id", "slot__opening__venue_id", "slot__opening__vaccine_id",
        "slot__opening__day", "slot__starts_at", "slot__ends_at", "channel", "capacity", "taken",
        "is_open", "bookable_from", "bookable_until",
    )  # fmt: skip
    return _Found(
        [
            _Row(*row[:6], f"{localtime(row[6]):%H:%M}", f"{localtime(row[7]):%H:%M}", *row[8:])
            for row in values
        ],
        list(Venue.objects.all()),
        list(Vaccine.objects.all()),
        at,
    )


def _takeable(row: _Row, at: datetime) -> bool:
    return row.open and row.bookable_from <= at < row.bookable_until


def _names(found: _Found, *, closed_too: bool) -> Body:
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
    }


def _places_body(found: _Found) -> Body:
    """The staff's document: per bucket id all that a console needs to offer it."""
    buckets = {
        str(row.bucket): {
            "slot": row.slot,
            "opening": row.opening,
            "venue": row.venue,
            "vaccine": row.vaccine,
            "day": row.day.isoformat(),
            "start": row.start,
            "channel": row.channel,
            "capacity": row.capacity,
            "taken": row.taken,
            "left": row.capacity - row.taken,
            "open": _takeable(row, found.at),
        }
        for row in found.rows
    }
    return {**_names(found, closed_too=True), "buckets": buckets}


def _free_places_body(found: _Found) -> Body:
    """The residents' document: per opening its slots, each with a level and no count."""
    openings: dict[int, Body] = {}
    shown = {venue.pk for venue in found.venues if venue.is_open}
    for row in found.rows:
        if row.channel != Channel.WEB or row.venue not in shown:
            continue
        opening = openings.setdefault(
            row.opening,
            {
                "opening": row.opening,
                "venue": row.venue,
                "vaccine": row.vaccine,
                "day": row.day.isoformat(),
                "from": localtime(row.bookable_from).isoformat(),
                "until": localtime(row.bookable_until).isoformat(),
                "slots": [],
            },
        )
        left = row.capacity - row.taken
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


def _newest(
    topic: str,
    body_of: Callable[[_Found], Body],
    picture_of: Callable[[int, Body], Picture],
    at: datetime,
) -> _Kept:
    key, now = (current().code, topic), clock.monotonic()
    kept = _kept.get(key)
    if kept and kept.until > now:
        return kept
    if kept:  # one thread looks, the others go on with what they have
        _kept[key] = replace(kept, until=now + KEPT_SECONDS)
    row = Topic.objects.filter(name=topic).values_list("seq", "etag").first()
    if kept and row == (kept.seq, kept.etag):
        return _kept[key]
    seq, body = _announced(topic) or (0, body_of(_read(at)))
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    etag = hashlib.sha256(text).hexdigest()
    made = _Kept(now + KEPT_SECONDS, seq, etag, picture_of(seq, body), text)
    _kept[key] = made
    return made


def _announced(topic: str) -> tuple[int, Body] | None:
    """The picture last announced; None before the first, when it is made for this reader."""
    row = live.find(topic)
    return (row.seq, row.body) if row and row.etag else None


def _names_of(body: Body) -> tuple[dict[int, VenueLine], dict[int, VaccineLine]]:
    return (
        {int(pk): VenueLine(int(pk), **line) for pk, line in body["venues"].items()},
        {int(pk): VaccineLine(int(pk), **line) for pk, line in body["vaccines"].items()},
    )


def _places_picture(seq: int, body: Body) -> Picture:
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
        )
        for pk, one in body["buckets"].items()
    )
    return Picture(seq, *_names_of(body), _in_order(places))


def _free_picture(seq: int, body: Body) -> Picture:
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
        )
        for opening in body["openings"]
        for one in opening["slots"]
    )
    return Picture(seq, *_names_of(body), _in_order(places))


def _in_order(places: Any) -> tuple[Place, ...]:
    return tuple(
        sorted(places, key=lambda one: (one.day, one.starts_at, one.venue_id, one.bucket_id))
    )
