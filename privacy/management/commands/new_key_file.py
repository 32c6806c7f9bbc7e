"""bin/manage new_key_file PATH: make the key that wraps every municipality's keys."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy import keys


class Command(BaseCommand):
    help = "すべての自治体の鍵を包む鍵ファイルを作ります（上書きしません）。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            keys.new_key_file(options["path"])
        except OSError as problem:
            raise CommandError(f"{options['path']}: {problem.strerror}") from problem
