"""bin/manage copies --municipality CODE [--add PLACE … | --destroyed ID --way WORDS --by NAME]."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils import timezone

from privacy import copies
from privacy.models import KeptCopy
from privacy.presenters import CopyLine
from tenancy.entrances.command import MunicipalityCommand


class Command(MunicipalityCommand):
    help = "この自治体のデータの複製（控え）を一覧し、廃棄を記録します（S-140）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--destroyed", type=UUID, metavar="ID", help="廃棄した複製の番号")
        parser.add_argument("--add", metavar="PLACE", help="別の場所に移した写しを一覧に加えます")
        parser.add_argument(
            "--of", type=UUID, metavar="ID", help="どの複製の写しか（--add とともに）"
        )
        parser.add_argument("--way", default="", help="廃棄の方法")
        parser.add_argument("--by", default="", help="廃棄した人の名前")
        parser.add_argument("--shred", action="store_true", help="この機械にあるファイルを消します")

    def work(self, **options: Any) -> None:
        at = timezone.now()
        try:
            if options["add"]:
                copies.register_another(of=copies.find(options["of"]), place=options["add"], at=at)
            if options["destroyed"]:
                self._destroyed(copies.find(options["destroyed"]), options, at)
        except copies.CopyRefused as refusal:
            raise CommandError(str(refusal.words)) from refusal
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}") from problem
        for copy in copies.everything():
            line = CopyLine(copy, at)
            self.stdout.write(
                f"{copy.pk} {copy.get_kind_display()} {copy.place} {copy.made_at:%Y-%m-%d %H:%M} "
                f"key={copy.key_name or '-'} until={copy.keep_until} [{line.state}] {copy.consent}"
            )

    def _destroyed(self, copy: KeptCopy, options: dict[str, Any], at: Any) -> None:
        path = copies.file_of(copy)
        if options["shred"] and path is not None and options["way"] and options["by"]:
            path.unlink(missing_ok=True)
        copies.destroyed(copy=copy, way=options["way"], told_by=options["by"], at=at)
