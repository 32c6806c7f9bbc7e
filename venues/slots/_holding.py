"""Hold places, give them back, tidy those that ran out (仮押さえ).

Rows are locked in one order: holds, then buckets by id. Nobody waits for another holder's row: it
is skipped, because whoever has it is ending it.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import connections

from tenancy import live
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models import Staff
from venues.freed import places_freed
from venues.models import Hold, PlaceEntry
from venues.refusals import NotFree
from venues.slots._ledger import write
from venues.slots._room import OPEN, PLACES, ROOM

FREE = (
    f"SELECT b.id, ({PLACES}) - b.taken - b.held FROM venues_bucket b "
    f"WHERE b.id = ANY(%(buckets)s::bigint[]) AND {OPEN} AND {ROOM}"
)
COUNTING = """
UPDATE venues_bucket b SET held = b.held + x.places
FROM unnest(%(ids)s::bigint[], %(places)s::int[]) AS x (id, places) WHERE b.id = x.id
"""
LOCKING = """
SELECT b.id FROM venues_bucket b WHERE b.id = ANY(%s::bigint[]) ORDER BY b.id FOR NO KEY UPDATE
"""
KEEPING = """
INSERT INTO venues_hold (id, holder_id, part, bucket_id, until, since, is_extended, done_by_id)
VALUES (%(id)s, %(holder)s, %(part)s, %(bucket)s, %(until)s, %(since)s, false, %(staff)s)
ON CONFLICT (holder_id, part) DO UPDATE SET bucket_id = EXCLUDED.bucket_id,
    until = EXCLUDED.until, since = EXCLUDED.since, is_extended = false,
    done_by_id = EXCLUDED.done_by_id
"""


def hold(
    *,
    holder_id: UUID,
    wanted: dict[int, int],
    until: datetime,
    since: datetime,
    by: Staff | None,
    at: datetime,
) -> None:
    """Hold a place for each part (dose → bucket), all or none; what the holder held before ends.

    The caller sees to it that one holder does this once at a time. Raises NotFree; a refusal
    leaves nothing changed.
    """
    hold_many(wanted={holder_id: wanted}, until=until, since=since, by=by, at=at)


def hold_many(
    *,
    wanted: dict[UUID, dict[int, int]],
    until: datetime,
    since: datetime,
    by: Staff | None,
    at: datetime,
) -> None:
    """The same for several holders in one go (holder → part → bucket): all of them, or nobody."""
    buckets = [pk for parts in wanted.values() for pk in parts.values()]
    with municipality_atomic():
        rows = Hold.objects.filter(holder_id__in=list(wanted)).order_by("pk")
        own = list(rows.select_for_update(no_key=True))
        former = [one.bucket_id for one in own if one.bucket_id is not None]
        _lock([*former, *buckets])
        _count(former, -1, PlaceEntry.What.UNHELD, by=by, at=at)
        Hold.objects.filter(pk__in=[one.pk for one in own]).update(bucket=None)
        _end_expired(buckets, at=at)
        free = dict(_ask(FREE, {"buckets": buckets, "at": at}))
        if any(free.get(pk, 0) < count for pk, count in Counter(buckets).items()):
            raise NotFree
        for holder_id, parts in wanted.items():
            for part, bucket_id in parts.items():
                _run(
                    KEEPING,
                    {
                        "id": uuid.uuid4(), "holder": holder_id, "part": part,
                        "bucket": bucket_id, "until": until, "since": since,
                        "staff": by.pk if by else None,
                    },
                )  # fmt: skip
        _count(buckets, 1, PlaceEntry.What.HELD, by=by, at=at)
        places_freed(bucket_ids=set(former) - set(buckets), at=at)
        on_commit(live.stir)


def release(*, holder_id: UUID, by: Staff | None, at: datetime) -> int:
    """Give back what a holder holds; how many places. Twice is once."""
    rows = Hold.objects.filter(holder_id=holder_id, bucket__isnull=False)
    if not rows.exists():
        return 0
    with municipality_atomic():
        found = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",)))
        return _end(found, by=by, at=at)


def release_by_staff(*, holder_ids: Collection[UUID], by: Staff, at: datetime) -> int:
    """Give back what staff hold for these holders; what somebody holds by themselves stays."""
    rows = Hold.objects.filter(
        holder_id__in=holder_ids, bucket__isnull=False, done_by__isnull=False
    )
    with municipality_atomic():
        found = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",)))
        return _end(found, by=by, at=at)


def own(*, holder_id: UUID, bucket_id: int) -> Hold | None:
    """What the holder holds in a bucket, locked in the caller's transaction before the bucket."""
    rows = Hold.objects.filter(holder_id=holder_id, bucket_id=bucket_id).order_by("pk")
    return rows.select_for_update(no_key=True, of=("self",)).first()


def spend(found: Hold, *, by: Staff | None, at: datetime) -> None:
    """End a locked hold whose place its holder takes; the bucket is locked by the caller."""
    bucket_id = found.bucket_id
    assert bucket_id is not None
    Hold.objects.filter(pk=found.pk).update(bucket=None)
    _count([bucket_id], -1, PlaceEntry.What.UNHELD, by=by, at=at)


def release_all(*, holder_ids: list[UUID], by: Staff | None, at: datetime) -> int:
    """The same for many holders in one go; how many places."""
    with municipality_atomic():
        rows = Hold.objects.filter(holder_id__in=holder_ids, bucket__isnull=False).order_by("pk")
        return _end(list(rows.select_for_update(no_key=True, of=("self",))), by=by, at=at)


def prolong(*, holder_ids: list[UUID], until: datetime) -> int:
    """Keep for longer what these holders still hold; how many places."""
    rows = Hold.objects.filter(holder_id__in=holder_ids, bucket__isnull=False, until__lt=until)
    return rows.update(until=until)


def sweep(*, at: datetime, most: int = 500) -> int:
    """Tidy holds that ran out: their places are asked for by the waiting list; how many."""
    with municipality_atomic():
        rows = Hold.objects.filter(bucket__isnull=False, until__lte=at).order_by("until")
        found = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",))[:most])
        return _end(found, by=None, at=at)


def tidy(*, bucket_ids: list[int], at: datetime) -> int:
    """End holds in these buckets that ran out, before their capacity is changed."""
    rows = Hold.objects.filter(bucket_id__in=bucket_ids, until__lte=at)
    found = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",)))
    if found:
        _lock(bucket_ids)  # all that the caller will lock, in order
    return _end(found, by=None, at=at)


def forget(*, before: datetime) -> int:
    """Drop rows that hold nothing since long ago."""
    count, _ = Hold.objects.filter(bucket__isnull=True, since__lt=before).delete()
    return count


def end_expired(*, bucket_ids: list[int], at: datetime) -> int:
    """End holds in these buckets that ran out, in the caller's transaction, which locks them."""
    return _end_expired(bucket_ids, at=at)


def _end_expired(bucket_ids: list[int], *, at: datetime) -> int:
    rows = Hold.objects.filter(bucket_id__in=bucket_ids, until__lte=at)
    found = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",)))
    if found:
        Hold.objects.filter(pk__in=[one.pk for one in found]).update(bucket=None)
        ended = [one.bucket_id for one in found if one.bucket_id is not None]
        _count(ended, -1, PlaceEntry.What.UNHELD, by=None, at=at)
    return len(found)


def _end(found: list[Hold], *, by: Staff | None, at: datetime) -> int:
    buckets = [one.bucket_id for one in found if one.bucket_id is not None]
    if not buckets:
        return 0
    _lock(buckets)
    Hold.objects.filter(pk__in=[one.pk for one in found]).update(bucket=None)
    _count(buckets, -1, PlaceEntry.What.UNHELD, by=by, at=at)
    places_freed(bucket_ids=buckets, at=at)
    on_commit(live.stir)
    return len(buckets)


def _count(
    bucket_ids: Iterable[int], places: int, what: str, *, by: Staff | None, at: datetime
) -> None:
    """Change the counters of locked buckets and enter it."""
    found = Counter(bucket_ids)
    if not found:
        return
    changes = {pk: count * places for pk, count in found.items()}
    _run(COUNTING, {"ids": list(changes), "places": list(changes.values())})
    write(
        PlaceEntry(bucket_id=pk, what=what, held=change, done_by=by, happened_at=at)
        for pk, change in changes.items()
    )


def _lock(bucket_ids: Iterable[int]) -> None:
    _run(LOCKING, [sorted(set(bucket_ids))])


def _run(statement: str, parameters: object) -> None:
    with connections[current().database].cursor() as cursor:
        cursor.execute(statement, parameters)  # type: ignore[arg-type]  # UUIDs and lists too


def _ask(statement: str, parameters: dict[str, object]) -> list[tuple[int, int]]:
    with connections[current().database].cursor() as cursor:
        cursor.execute(statement, parameters)  # type: ignore[arg-type]
        return list(cursor.fetchall())
