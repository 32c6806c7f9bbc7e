"""bin/manage ballast keep|release|show: room that can be given back when a disk is full."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shared import room


class Command(BaseCommand):
    help = "非常用の空き（バラスト）を置く・手放す・確かめる。ディスク満杯のときは release。"
    requires_system_checks: list[str] = []  # it must work when nothing else does

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["keep", "release", "show"])
        parser.add_argument("--folder", type=Path, action="append", help="既定: WAKU_DATA_FOLDERS")
        parser.add_argument("--size-mb", type=int, default=1024)

    def handle(self, *_args: Any, **options: Any) -> None:
        folders = options["folder"] or [Path(one) for one in _folders()]
        for folder in folders:
            try:
                self._one(options["verb"], folder, options["size_mb"] * room.MB)
            except room.NoRoom as refusal:
                raise CommandError(refusal.words) from refusal
            except OSError as problem:
                raise CommandError(f"{folder}: {problem.strerror}") from problem

    def _one(self, verb: str, folder: Path, size: int) -> None:
        if verb == "keep":
            room.keep_ballast(folder, size=size)
        if verb == "release":
            freed = room.let_ballast_go(folder)
            self.stdout.write(f"{folder}: {freed // room.MB} MB を空けました。")
        disk = room.disk_of(folder)
        held = (folder / room.BALLAST_NAME).exists()
        words = "バラストあり" if held else "バラストなし"
        full = " 残りわずかです。" if disk.is_nearly_full else ""
        self.stdout.write(f"{folder}: 空き {disk.free // room.MB} MB、{words}。{full}")


def _folders() -> list[str]:
    return settings.WAKU_DATA_FOLDERS or [str(settings.WAKU_SPOOL)]
