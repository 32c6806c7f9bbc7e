"""bin/manage new_key_file PATH: make the key that wraps every municipality's keys."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy import key_file


class Command(BaseCommand):
    help = "すべての自治体の鍵を包む鍵ファイルを作ります（上書きしません）。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--before", type=Path, help="いまの鍵ファイル。新しい鍵の下に写します")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            key_file.make(options["path"], before=options["before"])
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}") from problem
        except ValueError as problem:
            raise CommandError(f"{options['before']}: 鍵ファイルではありません。") from problem
