"""The SQL by which a change of places is written into the ledger, in the change's own statement."""

from collections.abc import Iterable

from venues.models import PlaceEntry

COLUMNS = (
    "bucket_id, what, taken, held, capacity, allowance, capacity_after, reason, done_by_id, "
    "reservation_id, happened_at"
)


def taken_sql(
    *, what: str, places: int, source: str, bucket: str, reservation: str, unheld: str = "0"
) -> str:
    """An INSERT of one entry for each row of `source`, which took or gave back a place.

    `bucket`, `reservation` and `unheld` (held places that this ended) are SQL of the caller;
    %(staff)s and %(at)s are its parameters.
    """
    return (
        f"INSERT INTO venues_placeentry ({COLUMNS}) SELECT {bucket}, '{PlaceEntry.What(what)}', "
        f"{places:d}, -({unheld}), 0, 0, NULL::int, '', %(staff)s::uuid, {reservation}, "
        f"%(at)s::timestamptz FROM {source}"
    )


def write(entries: Iterable[PlaceEntry]) -> None:
    """Write entries in the caller's transaction, which made the changes they tell of."""
    PlaceEntry.objects.bulk_create(entries)
