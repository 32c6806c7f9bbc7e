"""bin/manage check_counts --municipality CODE: does every counter tell the truth?"""

from typing import Any

from django.core.management.base import CommandError

from booking import counts
from tenancy.entrances.command import MunicipalityCommand
from venues import checks, ledger


class Command(MunicipalityCommand):
    help = "予約数と枠の数の突合。差があれば終了コード1。 / Compares counters with reservations; exit 1 on a difference."

    def work(self, **_options: Any) -> str | None:
        wrong, unequal, unexplained = (
            counts.differences(),
            checks.unequal_copies(),
            ledger.differences(),
        )
        for one in wrong:
            self.stdout.write(f"bucket {one.bucket_id}: taken {one.taken}, live {one.live}")
        for copy in unequal:
            self.stdout.write(f"bucket {copy.bucket_id}: is not what slot {copy.slot_id} says")
        for row in unexplained:
            self.stdout.write(f"bucket {row.bucket_id}: counts {row.counted}, ledger {row.entered}")
        if found := len(wrong) + len(unequal) + len(unexplained):
            raise CommandError(f"{found} 件の差があります (differences).")
        return "差はありません (no difference)."
