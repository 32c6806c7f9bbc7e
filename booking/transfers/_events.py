"""Writing down what was done, in the transaction that does it."""

from datetime import datetime

from booking.models import Transfer, TransferEvent, TransferLine
from tenancy.models import Staff


def record(
    transfer: Transfer,
    what: TransferEvent.What,
    *,
    line: TransferLine | None = None,
    count: int | None = None,
    reason: str = "",
    by: Staff | None,
    at: datetime,
) -> None:
    """One fact; a line's own says which place it was about."""
    TransferEvent.objects.create(
        transfer=transfer,
        line=line,
        what=what,
        bucket_id=line.bucket_id if line else None,
        count=count,
        reason=reason,
        done_by=by,
        happened_at=at,
    )


def settle(line: TransferLine, state: str, *, why: str = "", at: datetime) -> None:
    """Give a line its next state."""
    line.state, line.why, line.changed_at = state, why, at
    line.save(update_fields=["state", "why", "bucket", "changed_at"])
