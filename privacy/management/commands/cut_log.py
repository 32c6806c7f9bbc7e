"""bin/manage cut_log: lets go of lines of the access log that are older than the ward keeps them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from privacy import log_cuts
from tenancy.entrances.command import MunicipalityCommand


class Command(MunicipalityCommand):
    help = (
        "保存期間（基本設定）を過ぎた閲覧記録を、署名した区切りを残して切り離します。 / "
        "Cuts off lines of the access log that are older than the ward keeps them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--consent", default="", help="自治体の書面による同意の番号")

    def work(self, **options: Any) -> str:
        try:
            made = log_cuts.cut(consent=options["consent"], at=timezone.now())
        except log_cuts.CutRefused as refusal:
            raise CommandError(refusal.words) from refusal
        return (
            f"環 {made.number} まで（{made.through} 件目まで）を切り離しました。"
            f"区切り head {bytes(made.head).hex()}"
        )
