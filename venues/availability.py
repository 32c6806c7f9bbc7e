"""The two live pictures of a municipality: `places` for staff, `free_places` for residents.

A picture is announced when it changed and read from there; the claim alone is the truth.
"""

import gzip
import hashlib
import json
import time as clock
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from threading import Lock

from django.db import connections

from tenancy import live
from tenancy.current import current, municipality_atomic
from tenancy.models import Topic
from venues import documents, open_data
from venues.picture import Picture

PLACES = "places"  # staff: every bucket with its counts
FREE_PLACES = "free_places"  # residents: symbols only
JSON, CSV = "json", "csv"
KEPT_SECONDS = 2.0
ANNOUNCING_LOCK = 766_564


@dataclass(frozen=True)
class _Document:
    """An announced document, and the bytes that are sent: made when they are first asked for."""

    body: documents.Body

    @cached_property
    def text(self) -> bytes:
        return json.dumps(
            self.body, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    @cached_property
    def table(self) -> bytes:
        return open_data.as_csv(self.body)

    @cached_property
    def zipped(self) -> dict[str, bytes]:
        return {}

    def said(self, form: str, *, is_zipped: bool) -> bytes:
        """The document in this form, made once an announcement and zipped once."""
        plain = self.text if form == JSON else self.table
        if not is_zipped:
            return plain
        if form not in self.zipped:
            self.zipped[form] = gzip.compress(plain, compresslevel=6, mtime=0)
        return self.zipped[form]


@dataclass(frozen=True)
class _Kept:
    until: float
    seq: int
    etag: str
    picture: Picture
    document: _Document


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
        found = documents.read(at)
        live.publish(topic=PLACES, body=documents.places_body(found), at=at)
        live.publish(topic=FREE_PLACES, body=documents.free_places_body(found), at=at)


def staff_places(*, at: datetime, seq: int = 0) -> Picture:
    """What staff see: every channel, with counts; at most two seconds behind the announcement.

    Who heard the doorbell of a sequence names it and is shown nothing older.
    """
    kept = _kept.get((current().code, PLACES))
    if seq <= (kept.seq if kept else 0):
        return _newest(PLACES, documents.places_body, documents.places_picture, at).picture
    with _catching_up:  # of many consoles that heard the same doorbell, one looks
        kept = _kept.get((current().code, PLACES))
        if kept and kept.seq < seq:
            _kept[current().code, PLACES] = replace(kept, until=0.0)
        return _newest(PLACES, documents.places_body, documents.places_picture, at).picture


def free_places(*, at: datetime) -> Picture:
    """What residents see: levels only; at most two seconds behind the announcement."""
    return _newest(
        FREE_PLACES, documents.free_places_body, documents.free_places_picture, at
    ).picture


def free_places_document(
    *, at: datetime, form: str = JSON, is_zipped: bool = False
) -> tuple[bytes, str]:
    """The residents' picture as JSON or CSV, and its entity tag; no statement while it is kept."""
    kept = _newest(FREE_PLACES, documents.free_places_body, documents.free_places_picture, at)
    return kept.document.said(form, is_zipped=is_zipped), kept.etag


def forget_kept() -> None:
    """Drop what this process keeps: after places were changed here and must be seen at once."""
    _kept.clear()


def look_again() -> None:
    """Ask with the next look whether something newer was announced: after places were taken here."""
    kept = _kept.get((current().code, PLACES))
    if kept:
        _kept[current().code, PLACES] = replace(kept, until=0.0)


def _newest(
    topic: str,
    body_of: Callable[[documents.Found], documents.Body],
    picture_of: Callable[[int, documents.Body], Picture],
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
    seq, etag, document = _announced(topic) or _for_this_reader(body_of(documents.read(at)))
    made = _Kept(now + KEPT_SECONDS, seq, etag, picture_of(seq, document.body), document)
    _kept[key] = made
    return made


def _announced(topic: str) -> tuple[int, str, _Document] | None:
    """The picture last announced; None before the first, when it is made for this reader."""
    row = live.find(topic)
    return (row.seq, row.etag, _Document(row.body)) if row and row.etag else None


def _for_this_reader(body: documents.Body) -> tuple[int, str, _Document]:
    document = _Document(body)
    return 0, hashlib.sha256(document.text).hexdigest(), document
