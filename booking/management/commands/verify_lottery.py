"""bin/manage verify_lottery --municipality CODE --lottery ID: was it drawn as it was promised?"""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from booking import lottery
from tenancy.entrances.command import MunicipalityCommand


class Command(MunicipalityCommand):
    help = "抽選の検算。合わなければ終了コード1。 / Works a draw out again; exit 1 on a difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which lottery."""
        super().add_arguments(parser)
        parser.add_argument("--lottery", type=UUID, required=True)

    def work(self, **options: Any) -> str | None:
        row = lottery.find(options["lottery"])
        if row is None or not row.shown_seed:
            raise CommandError("抽選されていません (not drawn).")
        found = lottery.verify(row)
        self.stdout.write(f"hash {row.seed_hash} {'fits' if found.seed_fits else 'DOES NOT FIT'}")
        for number in found.wrong:
            self.stdout.write(f"{number}: not what the seed gives")
        if not found.is_right:
            raise CommandError("合いません (it does not agree).")
        return f"{found.looked_at} 件すべて合いました (all agree)."
