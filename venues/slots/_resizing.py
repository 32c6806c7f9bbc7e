"""More or fewer places, never below what is taken; the rivals are bookings of the same moment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connections
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tenancy import live
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.models import Staff
from venues import freezes
from venues.freed import places_freed
from venues.models import Bucket, Channel, Opening, PlaceEntry, ReleaseRule, Slot
from venues.refusals import (
    BelowTaken,
    ChangedMeanwhile,
    NotAPlaceCount,
    NotEnoughFree,
    checked_reason,
)
from venues.slots._changing import ensure
from venues.slots._holding import tidy
from venues.slots._ledger import write
from venues.slots._taking import lock

MOST_PLACES = 999
MOST_ABOVE = 50  # places above the capacity of one bucket, by an allowance

ASKED = "asked AS (SELECT * FROM unnest(%(ids)s::bigint[], %(wanted)s::int[]) AS x (id, capacity))"
# Locked in order of id, as every other taker of several buckets does.
WAS = (
    "was AS MATERIALIZED (SELECT b.id, b.slot_id, b.channel, b.capacity FROM venues_bucket b "
    "JOIN asked USING (id) ORDER BY b.id FOR NO KEY UPDATE OF b)"
)
# The WHERE clause is the lock: it is asked again of the row as the last booking left it.
RESIZING = (
    f"WITH {ASKED}, {WAS} UPDATE venues_bucket b SET capacity = a.capacity "
    "FROM was w JOIN asked a USING (id) WHERE b.id = w.id AND b.taken + b.held <= a.capacity + b.allowance "
    "RETURNING b.id, w.slot_id, w.channel, w.capacity, b.capacity"
)
FITTING = (
    f"WITH {ASKED}, {WAS} UPDATE venues_bucket b SET capacity = GREATEST(a.capacity, b.taken + b.held - b.allowance) "
    "FROM was w JOIN asked a USING (id) WHERE b.id = w.id "
    "RETURNING b.id, w.slot_id, w.channel, w.capacity, b.capacity"
)


@dataclass(frozen=True)
class _Resized:
    bucket_id: int
    slot_id: int
    channel: str
    before: int
    after: int


def resize(
    *,
    wanted: dict[int, int],
    shown: dict[int, int] | None = None,
    reason: str,
    by: Staff,
    at: datetime,
) -> int:
    """Give buckets (by id) these capacities, all or none; how many became different.

    Refuses to go below what is taken at that very moment, and where a capacity is no longer what
    the page had `shown`.
    """
    reason = checked_reason(reason)
    _check(wanted.values())
    with municipality_atomic():
        tidy(bucket_ids=list(wanted), at=at)
        done = _run(RESIZING, wanted)
        for one in done:
            if shown is not None and shown.get(one.bucket_id, one.before) != one.before:
                raise ChangedMeanwhile
        if len(done) < len(wanted):
            raise BelowTaken(_too_low(set(wanted) - {one.bucket_id for one in done}))
        return _record(done, reason=reason, by=by, at=at)


def fit(*, wanted: dict[int, int], reason: str, by: Staff, at: datetime) -> list[Bucket]:
    """Give buckets these capacities, or what is taken where that is more; the ones above."""
    reason = checked_reason(reason)
    _check(wanted.values())
    with municipality_atomic():
        tidy(bucket_ids=list(wanted), at=at)
        done = _run(FITTING, wanted)
        _record(done, reason=reason, by=by, at=at)
        above = [one.bucket_id for one in done if one.after > wanted[one.bucket_id]]
        rows = Bucket.objects.filter(pk__in=above).select_related("slot")
        return list(rows.order_by("slot__starts_at", "channel"))


def shift(
    *,
    slot: Slot,
    source: Channel,
    target: Channel,
    places: int,
    reason: str,
    by: Staff,
    at: datetime,
) -> None:
    """Move free places of one slot from one channel to the other; the sum stays the same."""
    reason = checked_reason(reason)
    with municipality_atomic():
        ensure(opening=slot.opening, channel=target)
        giving, taking = _pair(slot, source, target)
        lock(bucket_ids=[giving.pk, taking.pk])
        giving.refresh_from_db()
        taking.refresh_from_db()
        if not 1 <= places <= giving.places_left:
            raise NotEnoughFree
        wanted = {giving.pk: giving.capacity - places, taking.pk: taking.capacity + places}
        _check(wanted.values())
        _record(_run(RESIZING, wanted), reason=reason, by=by, at=at)


def shift_free(
    *, opening: Opening, source: Channel, target: Channel, reason: str, by: Staff, at: datetime
) -> int:
    """Move every free place of a day from one channel to the other; how many were moved."""
    reason = checked_reason(reason)
    with municipality_atomic():
        done = _shifted(opening, source, target, lambda giving, _taking: giving.places_left, at)
        _record(done, reason=reason, by=by, at=at)
    return sum(one.after - one.before for one in done if one.channel == target)


def release_by_rule(*, opening: Opening, rule: ReleaseRule, at: datetime) -> int:
    """Follow a rule for a day in the caller's transaction; how many places were moved."""

    def given(giving: Bucket, taking: Bucket) -> int:
        if rule.kind == ReleaseRule.Kind.AT:
            return giving.places_left
        below, above = rule.target_below or 0, rule.source_above or 0
        if taking.places_left >= below or giving.places_left <= above:
            return 0
        return min(rule.places or 0, giving.places_left)

    done = _shifted(opening, rule.source, rule.target, given, at)
    _record(done, what=PlaceEntry.What.RELEASED, reason=rule.reason, by=None, at=at)
    return sum(one.after - one.before for one in done if one.channel == rule.target)


def _shifted(
    opening: Opening,
    source: str,
    target: str,
    places: Callable[[Bucket, Bucket], int],
    at: datetime,
) -> list[_Resized]:
    """Move places within each slot of a day, as the rule says of its two locked buckets."""
    ensure(opening=opening, channel=target)
    rows = Bucket.objects.filter(slot__opening=opening, channel__in=[source, target])
    ids = list(rows.values_list("pk", flat=True))
    tidy(bucket_ids=ids, at=at)
    lock(bucket_ids=ids)
    by_slot: dict[int, dict[str, Bucket]] = {}
    for bucket in rows.all():
        by_slot.setdefault(bucket.slot_id, {})[bucket.channel] = bucket
    wanted: dict[int, int] = {}
    for pair in by_slot.values():
        if len(pair) == 2 and (count := places(pair[source], pair[target])):
            wanted[pair[source].pk] = pair[source].capacity - count
            wanted[pair[target].pk] = pair[target].capacity + count
    _check(wanted.values())
    return _run(RESIZING, wanted)


def _check(capacities: Iterable[int]) -> None:
    if not all(0 <= capacity <= MOST_PLACES for capacity in capacities):
        raise NotAPlaceCount


def _pair(slot: Slot, source: Channel, target: Channel) -> tuple[Bucket, Bucket]:
    found = {one.channel: one for one in Bucket.objects.filter(slot=slot)}
    if source == target or source not in found or target not in found:
        raise NotEnoughFree
    return found[source], found[target]


def _run(statement: str, wanted: dict[int, int]) -> list[_Resized]:
    with connections[current().database].cursor() as cursor:
        cursor.execute(statement, {"ids": list(wanted), "wanted": list(wanted.values())})
        return [_Resized(*row) for row in cursor.fetchall()]


def _record(
    done: list[_Resized],
    *,
    what: str = PlaceEntry.What.RESIZED,
    reason: str,
    by: Staff | None,
    at: datetime,
) -> int:
    changed = [one for one in done if one.before != one.after]
    if any(one.after > one.before for one in changed):
        freezes.refuse_increase()
    write(
        PlaceEntry(
            bucket_id=one.bucket_id,
            what=what,
            capacity=one.after - one.before,
            capacity_after=one.after,
            reason=reason,
            done_by=by,
            happened_at=at,
        )
        for one in sorted(changed, key=lambda one: one.bucket_id)
    )
    places_freed(bucket_ids=[one.bucket_id for one in changed if one.after > one.before], at=at)
    if changed:
        on_commit(live.stir)
    return len(changed)


def _too_low(bucket_ids: set[int]) -> str:
    rows = Bucket.objects.filter(pk__in=bucket_ids).select_related("slot")
    words = _("%(time)sの%(channel)sは予約が%(taken)s人あるため、%(taken)sより少なくはできません。")
    return "".join(
        words
        % {
            "time": f"{localtime(one.slot.starts_at):%H:%M}",
            "channel": one.get_channel_display(),
            "taken": one.taken,
        }
        for one in rows.order_by("slot__starts_at", "channel")[:5]
    ) or str(BelowTaken.words)
