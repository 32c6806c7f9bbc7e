"""bin/manage demo_prepare: everything the demo shows; run again, it skips what stands."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.demo.steps import STEPS, foundation


class Command(BaseCommand):
    help = "デモのデータを用意します。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--superuser-url", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        foundation.cluster(options["superuser_url"])
        for step in STEPS:
            begun = time.monotonic()
            found = step.work()
            self.stdout.write(f"  {step.words}: {found} ({time.monotonic() - begun:.1f} s)")
            self.stdout.flush()
