"""bin/manage backup [keys] --municipality CODE --to FILE."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from privacy import backups
from shared.room import NoRoom
from tenancy.entrances.command import MunicipalityCommand


class Command(MunicipalityCommand):
    help = "一つの自治体を、暗号化した一つのファイルに控えます（鍵は keys で別に控えます）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("what", nargs="?", choices=["data", "keys"], default="data")
        parser.add_argument("--to", type=Path, required=True, help="書き出すファイル（上書きなし）")
        parser.add_argument("--consent", default="", help="自治体の書面による同意の番号")
        parser.add_argument(
            "--keep-until", type=date.fromisoformat, help="廃棄する日（YYYY-MM-DD、既定は35日後）"
        )
        parser.add_argument("--backup-key", type=Path, default=settings.WAKU_BACKUP_KEY_FILE)

    def work(self, **options: Any) -> str:
        to = options["to"].absolute()
        given = {"to": to, "consent": options["consent"], "keep_until": options["keep_until"]}
        try:
            key = backups.read_backup_key(options["backup_key"])
            if options["what"] == "keys":
                backups.keep_keys(**given, key=key, at=timezone.now())
                return f"鍵の控え: {to}（データの控えとは別の場所に保管してください）"
            done = backups.take(**given, key=key, at=timezone.now())
        except (backups.BackupRefused, NoRoom) as refusal:
            raise CommandError(refusal.words) from refusal
        except OSError as problem:
            raise CommandError(f"{to}: {problem.strerror}") from problem
        size = to.stat().st_size
        return f"控え: {to}（{len(done.tables)} 表、{done.rows} 行、{size:,} バイト）"
