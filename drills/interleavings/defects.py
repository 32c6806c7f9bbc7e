"""Locks taken away: two verbs that meet must then be seen to tear something."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from uuid import UUID

from django.db import connections

from booking.models import WaitingListEntry, WaitingListOffer
from booking.waiting_list import _answering
from tenancy.current import current
from venues import refusals, slots
from venues.models import Bucket, Hold


def _unordered(*, bucket_ids: list[int]) -> None:
    """One after another as they come: two moves across each other wait for each other."""
    for one in bucket_ids:
        with connections[current().database].cursor() as cursor:
            cursor.execute("SELECT 1 FROM venues_bucket WHERE id = %s FOR NO KEY UPDATE", [one])


def _look_then_hold(*, holder_id: UUID, wanted: dict[int, int], until: Any, since: Any, **_: Any) -> None:  # fmt: skip
    """Look whether there is room, then keep."""
    for part, one in wanted.items():
        seen = Bucket.objects.get(pk=one)
        if seen.taken + seen.held >= seen.capacity:
            raise refusals.NotFree
        Hold.objects.update_or_create(
            holder_id=holder_id, part=part,
            defaults={"bucket_id": one, "until": until, "since": since},
        )  # fmt: skip
        Bucket.objects.filter(pk=one).update(held=seen.held + 1)


def _seen(offer_id: UUID) -> tuple[WaitingListOffer, WaitingListEntry]:
    """The offer as it was seen, nobody kept away."""
    offer = WaitingListOffer.objects.select_related("entry").get(pk=offer_id)
    return offer, offer.entry


# Which meetings show it, and what is taken away.
DEFECTS: dict[str, tuple[tuple[str, str, bool], Callable[[], Any]]] = {
    "unordered_locks": (
        ("move", "move", False),
        lambda: mock.patch.object(slots, "lock", _unordered),
    ),
    "look_then_hold": (
        ("hold", "hold", False),
        lambda: mock.patch.object(slots, "hold", _look_then_hold),
    ),
    "answer_unlocked": (
        ("decline", "answer", True),
        lambda: mock.patch.object(_answering, "_locked", _seen),
    ),
}


@contextmanager
def at_work(name: str) -> Iterator[None]:
    """The house with this lock taken away, in this process."""
    with DEFECTS[name][1]():
        yield
