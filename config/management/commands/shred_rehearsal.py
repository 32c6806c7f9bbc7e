"""bin/manage shred_rehearsal --municipality CODE --login-name NAME --yes: before going live."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from config import rehearsal
from tenancy import accounts
from tenancy.entrances.command import MunicipalityCommand


class Command(MunicipalityCommand):
    help = "リハーサルのダミーデータ（対象者・予約・通話・受渡し・連絡）をすべて消去します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--login-name", required=True, help="段階を進められる職員")
        parser.add_argument("--yes", action="store_true", help="元に戻せないことを承知しています")

    def work(self, **options: Any) -> str:
        if not options["yes"]:
            raise CommandError("元に戻せません。承知のうえで --yes を付けてください。")
        staff = accounts.everybody().filter(login_name=options["login_name"]).first()
        if staff is None:
            raise CommandError(f"職員 {options['login_name']} はいません。")
        try:
            done = rehearsal.shred(by=staff, at=timezone.now())
        except rehearsal.ShreddingRefused as refusal:
            raise CommandError(str(refusal.words)) from refusal
        return f"ダミーの対象者 {done.residents} 人と受渡しファイル {done.files} 個を消去しました。"
