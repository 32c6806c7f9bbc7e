"""bin/manage rewrap_keys [--check] [--only CODE]: after a new key was put above the former one."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils import timezone

from privacy import rewrapping
from privacy.key_file import wrapping_keys
from privacy.keys import KeysMissing
from tenancy import municipalities
from tenancy.current import serving
from tenancy.directory.models import Municipality


class Command(BaseCommand):
    help = (
        "すべての自治体の鍵を、鍵ファイルの一行目の鍵で包み直します。止めても、もう一度で続きから。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", help="この自治体だけ")
        parser.add_argument("--check", action="store_true", help="何も変えずに確かめます")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = municipalities.registered(code=options["only"])
        if options["only"] and not found:
            raise CommandError(f"自治体 {options['only']} はありません (no such municipality).")
        self._tell(f"一行目の鍵 {wrapping_keys()[0].name}、{len(found)} 自治体。")
        work = self._check if options["check"] else self._rewrap
        failed = [one for one in found if not self._one(one, work)]
        if failed:
            words = "、".join(one.code for one in failed)
            raise CommandError(f"まだ一行目の鍵で開けない自治体があります: {words}")
        self._tell("すべて一行目の鍵で開きます。")

    def _one(self, municipality: Municipality, work: Callable[[], tuple[bool, str]]) -> bool:
        if municipality.stopped_at:
            self._tell(f"{municipality} 移転中のため触れません。")
            return False
        try:
            with serving(municipality):
                is_good, words = work()
        except (KeysMissing, Error) as problem:
            is_good, words = False, f"{type(problem).__name__}: 開けません。"
        self._tell(f"{municipality} {words}")
        return is_good

    def _rewrap(self) -> tuple[bool, str]:
        done = rewrapping.rewrap(at=timezone.now())
        return True, f"包み直し {done.done}、済み {done.already}"

    def _check(self) -> tuple[bool, str]:
        left = rewrapping.former()
        return not left, f"残り {left}"

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
