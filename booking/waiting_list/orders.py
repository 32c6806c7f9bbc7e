"""In which order the waiting list is asked (順番の決め方): set, standing, worked out again."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connections
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from booking import eligibility
from booking.lottery.drawing import hash_of, lot
from booking.models import WaitingListEntry, WaitingOrder
from booking.rulebook import rulebook
from booking.waiting_list._refusals import WaitingRefused
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff

Way = WaitingOrder.Way
LAST: Final = 1 << 20  # after every group
SEED_BYTES: Final = 32
A_TIME: Final = 1_000
# Who joins waits for who changes the order, not for each other.
STANDING = "SELECT id FROM booking_waitingorder WHERE ended_at IS NULL FOR SHARE"
FIRST = (
    "INSERT INTO booking_waitingorder (id, way, seed_hash, reason, began_at) "
    "VALUES (gen_random_uuid(), 'fifo', '', '', %s) ON CONFLICT DO NOTHING"
)
TURNING = (
    "UPDATE booking_waitinglistentry e SET turn = x.turn "
    "FROM unnest(%s::uuid[], %s::bigint[]) AS x (id, turn) WHERE e.id = x.id"
)


class NoReason(WaitingRefused):
    """A change of the order without a word why."""

    words = _("理由を入力してください。")


class OrderChanged(WaitingRefused):
    """Somebody else set another order after the page was shown."""

    words = _("ほかの人が順番の決め方を変えました。もう一度確かめてください。")


@dataclass(frozen=True)
class Check:
    """What working everything out again came to."""

    order: WaitingOrder
    seed_fits: bool
    looked_at: int
    wrong: int

    @property
    def is_right(self) -> bool:
        """Whether hash and turns agree."""
        return self.seed_fits and not self.wrong


def standing(*, at: datetime) -> WaitingOrder:
    """The order in force, kept as it is until the caller's transaction ends; first come without."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(STANDING)
        if cursor.fetchone() is None:  # the first of all, or the order was changed this moment
            cursor.execute(FIRST, [at])
            cursor.execute(STANDING)
    return WaitingOrder.objects.get(ended_at=None)


def now() -> WaitingOrder | None:
    """The order in force, to be looked at; None while nobody has ever joined or set one."""
    return WaitingOrder.objects.select_related("done_by").filter(ended_at=None).first()


def past(count: int = 10) -> list[WaitingOrder]:
    """Orders that ended, the newest first; their seeds may be seen."""
    rows = WaitingOrder.objects.select_related("done_by").filter(ended_at__isnull=False)
    return list(rows.order_by("-began_at", "-id")[:count])


def set_order(
    *, way: str, shown: UUID | None, reason: str, by: Staff, at: datetime
) -> WaitingOrder:
    """Order the list anew from now on, all or nothing: everybody who waits gets a new turn.

    The seed of a lottery is drawn here, before anybody's turn is known; a lottery that ends shows
    its seed. Offers that stand keep standing.
    """
    if not reason.strip():
        raise NoReason
    with municipality_atomic():
        _ensure(at=at)
        former = WaitingOrder.objects.select_for_update().filter(ended_at=None).first()
        if former is None or shown not in {None, former.pk}:
            raise OrderChanged
        former.ended_at = at
        former.save(update_fields=["ended_at"])
        made = WaitingOrder(way=Way(way), reason=reason.strip()[:200], began_at=at, done_by=by)
        if made.way == Way.LOTTERY:
            made.seed = secrets.token_hex(SEED_BYTES)
            made.seed_hash = hash_of(str(made.seed))
        made.save(force_insert=True)
        for turns in _turns(made):
            with connections[current().database].cursor() as cursor:
                cursor.execute(
                    TURNING, [[pk for pk, _turn in turns], [turn for _pk, turn in turns]]
                )
    return made


def turn_for(entry: WaitingListEntry, *, at: datetime) -> int:
    """The turn of somebody who joins, in the caller's transaction."""
    return turn_of(standing(at=at), entry)


def turn_of(order: WaitingOrder, entry: WaitingListEntry) -> int:
    """Less is sooner; entries of one turn follow in order of joining."""
    if order.way == Way.LOTTERY:
        return lot(str(order.seed), str(entry.pk))
    if order.way == Way.PRIORITY:
        return _rank(entry.resident.born_on)
    return 0


def verify(order: WaitingOrder) -> Check:
    """Work everything out again: the hash from the seed, the turn of each who waits."""
    fits = order.way != Way.LOTTERY or hash_of(str(order.seed)) == order.seed_hash
    kept = dict(_live().values_list("pk", "turn")) if order.ended_at is None else {}
    found = dict(one for turns in _turns(order) for one in turns) if kept else {}
    wrong = sum(kept[pk] != turn for pk, turn in found.items() if pk in kept)
    return Check(order, fits, len(kept), wrong)


def counts() -> list[tuple[str, int]]:
    """How many stand on the list, by state."""
    found = dict(_live().values_list("state").annotate(count=Count("pk")))
    return [(state, found.get(state, 0)) for state in WaitingListEntry.LIVE]


def _ensure(*, at: datetime) -> None:
    if not WaitingOrder.objects.filter(ended_at=None).exists():
        with connections[current().database].cursor() as cursor:
            cursor.execute(FIRST, [at])


def _rank(born_on: object) -> int:
    groups = rulebook().groups
    group = eligibility.group_of(groups, born_on) if isinstance(born_on, date) else None
    return groups.index(group) if group else LAST


def _turns(order: WaitingOrder) -> Iterator[list[tuple[UUID, int]]]:
    rows = _live().select_related("resident").order_by("pk").iterator(chunk_size=A_TIME)
    found: list[tuple[UUID, int]] = []
    for entry in rows:
        found.append((entry.pk, turn_of(order, entry)))
        if len(found) >= A_TIME:
            yield found
            found = []
    if found:
        yield found


def _live() -> "QuerySet[WaitingListEntry]":
    return WaitingListEntry.objects.filter(state__in=WaitingListEntry.LIVE)
