"""Print runs (接種券の印刷): data to the printer, envelopes pulled again, results that come back.

ask → build → fetched by another person as every file; pull lists after it; the printer's result
file is compared with what was sent, envelope by envelope; the mailing is closed with its numbers.
"""

from datetime import datetime
from uuid import UUID

from exchange.prints import pulls, runs
from exchange.prints.endings import call_off, close, mark_mailed
from exchange.prints.pulls import ask as ask_pull
from exchange.prints.runs import ask
from exchange.roster_refusals import Refused

__all__ = ["Refused", "ask", "ask_pull", "build", "call_off", "close", "mark_mailed"]


def build(*, parcel_id: UUID, at: datetime) -> None:
    """Write and seal one file for the printer; may be run again after a crash."""
    runs.build(parcel_id=parcel_id, at=at)
    pulls.build(parcel_id=parcel_id, at=at)
