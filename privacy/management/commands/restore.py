"""bin/manage restore --from FILE --keys FILE [--rehearse | --in-place]; restore --shred-spoiled CODE."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from privacy import backups
from shared.room import NoRoom
from tenancy.schemas import SchemaRefused

MOST_SHOWN = 12


class Command(BaseCommand):
    help = (
        "控えから自治体を復元します。--rehearse は復元を確かめて、あとに何も残しません。"
        "--in-place は今ある自治体をその場で戻します（止まるのはその自治体の受付だけ）。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="path", type=Path)
        parser.add_argument("--keys", type=Path, help="鍵の控え")
        parser.add_argument("--backup-key", type=Path, default=settings.WAKU_BACKUP_KEY_FILE)
        parser.add_argument("--database", default="default")
        parser.add_argument(
            "--reason", default="", help="その場での復元や消去の理由（記録に残ります）"
        )
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--rehearse", action="store_true")
        way.add_argument("--in-place", action="store_true")
        way.add_argument("--shred-spoiled", metavar="CODE", help="復元の前のデータを消去します")

    def handle(self, *_args: Any, **options: Any) -> str:
        at, code = timezone.now(), options["shred_spoiled"]
        try:
            if code:
                backups.shred_spoiled(code=code, reason=options["reason"], at=at)
                return f"{code} の復元の前のデータを消去しました。"
            if options["path"] is None or options["keys"] is None:
                raise CommandError("--from と --keys を指定してください。")
            return self._restored(options, at)
        except (backups.BackupRefused, NoRoom, SchemaRefused) as refusal:
            raise CommandError(refusal.words) from refusal
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}") from problem

    def _restored(self, options: dict[str, Any], at: Any) -> str:
        key = backups.read_backup_key(options["backup_key"])
        given = {"path": options["path"], "keys_path": options["keys"], "key": key}
        if options["rehearse"]:
            return _said(backups.rehearse(**given), "復元できることを確かめました")
        if not options["in_place"]:
            return _said(
                backups.restore(**given, database=options["database"], at=at), "復元しました"
            )
        done = backups.put_back(**given, reason=options["reason"], tell=self._tell, at=at)
        for table, (rows, before) in list(done.otherwise.items())[:MOST_SHOWN]:
            self._tell(f"{table}: 復元後 {rows} 行、復元前 {before} 行")
        self._tell(
            f"復元の前のデータは {done.aside} に残してあります。控えの後の記録を確かめたら "
            f"--shred-spoiled {done.manifest.code} で消去してください。"
        )
        return _said(done.manifest, "その場で復元しました")

    def _tell(self, words: str) -> None:
        self.stdout.write(words)


def _said(done: backups.Manifest, said: str) -> str:
    return (
        f"{done.code} {done.name} を{said}（{done.taken_at} 時点、{len(done.tables)} 表、"
        f"{done.rows} 行、検査済み）。"
    )
