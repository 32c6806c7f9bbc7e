"""Questions on the ledger of places (枠の台帳): does every counter equal the sum of its entries?"""

from dataclasses import dataclass

from django.db import connections

from tenancy.current import current

# One statement, one snapshot: a change commits counters and entry together, so changes of the same
# moment never look like a difference.
DIFFERING = """
SELECT b.id, b.taken, b.held, b.capacity, b.allowance, coalesce(e.taken, 0), coalesce(e.held, 0),
    coalesce(e.capacity, 0), coalesce(e.allowance, 0)
FROM venues_bucket b LEFT JOIN (
    SELECT bucket_id, sum(taken)::int AS taken, sum(held)::int AS held,
        sum(capacity)::int AS capacity, sum(allowance)::int AS allowance
    FROM venues_placeentry GROUP BY bucket_id
) e ON e.bucket_id = b.id
WHERE (b.taken, b.held, b.capacity, b.allowance) IS DISTINCT FROM
    (coalesce(e.taken, 0), coalesce(e.held, 0), coalesce(e.capacity, 0), coalesce(e.allowance, 0))
ORDER BY b.id
"""


@dataclass(frozen=True)
class Counters:
    """The four numbers of a bucket."""

    taken: int
    held: int
    capacity: int
    allowance: int


@dataclass(frozen=True)
class Difference:
    """A bucket whose counters are not the sum of its entries."""

    bucket_id: int
    counted: Counters
    entered: Counters

    @property
    def missing(self) -> dict[str, int]:
        """What an entry must say for the sum to be what is counted."""
        counted, entered = vars(self.counted), vars(self.entered)
        return {name: counted[name] - entered[name] for name in counted}


def differences() -> list[Difference]:
    """Every bucket that the ledger does not explain; none is right."""
    with connections[current().database].cursor() as cursor:
        cursor.execute(DIFFERING)
        return [
            Difference(row[0], Counters(*row[1:5]), Counters(*row[5:9]))
            for row in cursor.fetchall()
        ]
