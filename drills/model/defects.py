"""One guard of the inventory taken away at a time: the model must notice each of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from booking.reservations import _change, _sql
from booking.waiting_list import _answering
from venues import slots
from venues.models import ReleaseRun
from venues.slots import _holding, _taking

OWN_ONLY = "%(buckets)s::bigint[], '-infinity'::timestamptz)"


def _statement(name: str, old: str, new: str) -> Any:
    """A fragment of the claim, written otherwise."""
    written = str(vars(_sql)[name])
    assert old in written, f"{name} is written otherwise now"
    return mock.patch.object(_sql, name, written.replace(old, new))


def _nothing(*_: Any, **__: Any) -> int:
    return 0


# What is taken away, by name.
DEFECTS: dict[str, Callable[[], Any]] = {
    # A hold that ran out keeps others out until somebody sweeps.
    "hold_not_inert": lambda: _statement(
        "YIELDED", "%(buckets)s::bigint[], %(at)s::timestamptz)", OWN_ONLY
    ),
    # A release by the clock is not remembered, and happens again.
    "release_twice": lambda: mock.patch.object(ReleaseRun.objects, "create", _nothing),
    # An offer is made, and its place left to whoever comes.
    "offer_not_held": lambda: mock.patch.object(slots, "hold", _nothing),
    # Who was flagged books all the same.
    "flag_not_asked": lambda: _statement("PERSON", "AND r.status_flag = '0' ", ""),
    # A cancellation tells the waiting list nothing.
    "list_not_told": lambda: mock.patch.object(_change, "places_freed", _nothing),
    # A move keeps the old place.
    "old_place_kept": lambda: mock.patch.object(slots, "give_back", _nothing),
    # What a plan withholds is given out.
    "withheld_given_out": lambda: mock.patch.object(
        _taking, "ROOM", "b.taken + b.held < b.capacity"
    ),
    # An answer that comes too late counts.
    "late_answer_counts": lambda: mock.patch.object(_answering, "_check_open", _nothing),
    # A hold is not entered in the ledger.
    "hold_not_entered": lambda: mock.patch.object(_holding, "write", _nothing),
}


@contextmanager
def at_work(name: str) -> Iterator[None]:
    """The house with this guard taken away, in this process."""
    with DEFECTS[name]():
        _forget()
        try:
            yield
        finally:
            _forget()
    _forget()


def _forget() -> None:
    for cached in (_sql.single, _sql.several):
        cached.cache_clear()
