"""bin/manage dummy_targets: a target list of people who do not exist, as a ward clerk would send it."""

import getpass
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.timezone import localdate

from exchange import sealing
from exchange.dummy_targets import TooMany, Wish, rows
from exchange.layouts import TARGET_LIST
from exchange.layouts.writing import write
from tenancy import codes

ENCODINGS: Final = ("utf-8", "cp932")


class Command(BaseCommand):
    help = "実在しない人の接種対象者ファイルを作ります（暗号化した .zip、または CSV）。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", type=Path, help="作るファイル。.zip なら AES-256 で暗号化します"
        )
        parser.add_argument("--municipality", required=True, help="市町村コード（六桁）")
        parser.add_argument("--people", type=int, default=5000, help="人数（既定 5000）")
        parser.add_argument("--base-date", type=date.fromisoformat, help="基準日（既定は今日）")
        parser.add_argument("--seed", type=int, default=1, help="同じ種からは同じ人ができます")
        parser.add_argument("--gaiji", type=int, default=0, help="外字を入れる人数")
        parser.add_argument("--errors", type=int, default=0, help="誤りを入れる人数")
        parser.add_argument("--encoding", choices=ENCODINGS, default="utf-8")
        parser.add_argument(
            "--password-file", type=Path, help="パスワードを読むファイル（- は標準入力）"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file; never over another."""
        wish = self._wish(options)
        chunks = write(layout=TARGET_LIST, rows=rows(wish))
        if options["encoding"] == "cp932":
            chunks = (_in_cp932(chunk) for chunk in chunks)
        path: Path = options["path"]
        try:
            if path.suffix == ".zip":
                name = f"TGT_{wish.municipality_code}_{wish.base_date:%Y%m%d}_001.csv"
                sealing.seal_like_a_clerk(
                    chunks=chunks,
                    name=name,
                    to=path,
                    password=_password(options["password_file"]),
                    at=timezone.localtime(),
                )
            else:
                with path.open("xb") as file:
                    file.writelines(chunks)
        except (OSError, TooMany) as problem:
            message = f"{path}: {problem}"
            raise CommandError(message) from problem
        self.stdout.write(
            f"{path}: {wish.people}人（ダミー）、基準日 {wish.base_date}、{options['encoding']}"
        )

    def _wish(self, options: dict[str, Any]) -> Wish:
        if not codes.is_valid(options["municipality"]):
            message = f"{options['municipality']} は正しい市町村コードではありません。"
            raise CommandError(message)
        return Wish(
            people=options["people"],
            municipality_code=options["municipality"],
            base_date=options["base_date"] or localdate(),
            seed=options["seed"],
            gaiji=options["gaiji"],
            errors=options["errors"],
            only_cp932=options["encoding"] == "cp932",
        )


def _password(source: Path | None) -> str:
    """From a file, from standard input or typed; never from the arguments, which others can read."""
    if source is None:
        found = getpass.getpass("パスワード: ")
    elif str(source) == "-":
        found = sys.stdin.readline()
    else:
        found = source.read_text(encoding="utf-8")
    if not found.strip("\r\n"):
        raise CommandError("パスワードがありません。")
    return found.strip("\r\n")


def _in_cp932(chunk: bytes) -> bytes:
    return chunk.decode("utf-8").removeprefix("\ufeff").encode("cp932")
