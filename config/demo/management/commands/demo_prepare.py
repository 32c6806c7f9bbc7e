"""bin/manage demo_prepare: everything the demo shows; run again, it skips what stands."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from config import env
from config.demo.steps import STEPS, foundation


class Command(BaseCommand):
    help = "デモのデータを用意します。"
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        foundation.cluster(env.text("WAKU_SUPERUSER_URL"))
        for step in STEPS:
            begun = time.monotonic()
            found = step.work()
            self.stdout.write(f"  {step.words}: {found} ({time.monotonic() - begun:.1f} s)")
            self.stdout.flush()
