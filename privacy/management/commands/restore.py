"""bin/manage restore --from FILE --keys FILE [--rehearse]."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from privacy import backups
from shared.room import NoRoom


class Command(BaseCommand):
    help = "控えから自治体を復元します。--rehearse は復元を確かめて、あとに何も残しません。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="path", type=Path, required=True)
        parser.add_argument("--keys", type=Path, required=True, help="鍵の控え")
        parser.add_argument("--backup-key", type=Path, default=settings.WAKU_BACKUP_KEY_FILE)
        parser.add_argument("--database", default="default")
        parser.add_argument("--rehearse", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> str:
        try:
            key = backups.read_backup_key(options["backup_key"])
            given = {"path": options["path"], "keys_path": options["keys"], "key": key}
            if options["rehearse"]:
                done = backups.rehearse(**given)
            else:
                done = backups.restore(**given, database=options["database"])
        except (backups.BackupRefused, NoRoom) as refusal:
            raise CommandError(refusal.words) from refusal
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}") from problem
        said = "復元できることを確かめました" if options["rehearse"] else "復元しました"
        return (
            f"{done.code} {done.name} を{said}（{done.taken_at} 時点、{len(done.tables)} 表、"
            f"{done.rows} 行、検査済み）。"
        )
