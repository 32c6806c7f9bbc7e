"""bin/manage check_counts --municipality CODE: does every counter tell the truth?"""

from typing import Any

from django.core.management.base import CommandError

from booking import counts
from tenancy.entrances.command import MunicipalityCommand
from venues import checks


class Command(MunicipalityCommand):
    help = "予約数と枠の数の突合。差があれば終了コード1。 / Compares counters with reservations; exit 1 on a difference."

    def work(self, **_options: Any) -> str | None:
        wrong, unequal = counts.differences(), checks.unequal_copies()
        for one in wrong:
            self.stdout.write(f"bucket {one.bucket_id}: taken {one.taken}, live {one.live}")
        for copy in unequal:
            self.stdout.write(f"bucket {copy.bucket_id}: is not what slot {copy.slot_id} says")
        if wrong or unequal:
            raise CommandError(f"{len(wrong) + len(unequal)} 件の差があります (differences).")
        return "差はありません (no difference)."
