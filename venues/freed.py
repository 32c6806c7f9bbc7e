"""Where places become free: the one seam by which the waiting list is asked first (空いた枠)."""

from collections.abc import Callable, Iterable
from datetime import datetime

Listener = Callable[[list[int], datetime], None]
_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Let somebody upstairs know of freed places before anybody else can take them."""
    if listener not in _listeners:
        _listeners.append(listener)


def places_freed(*, bucket_ids: Iterable[int], at: datetime) -> None:
    """Places of these buckets became free in the caller's transaction, which holds their locks.

    Every path that frees a place ends here: cancel, move, the end of a hold, more capacity, a
    release, a reopened slot or day. A listener may hold places at once; it locks no resident,
    because residents are locked before buckets.
    """
    found = sorted(set(bucket_ids))
    if found:
        for listener in _listeners:
            listener(found, at)
