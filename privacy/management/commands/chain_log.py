"""bin/manage chain_log: binds the access logs into their chains, until it is told to stop."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from privacy import chainer


class Command(BaseCommand):
    help = (
        "閲覧記録を数秒ごとに連鎖に綴じます。 / "
        "Binds the access logs into their chains every few seconds, for every municipality."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("chainer: ready.")
        self.stdout.flush()
        chainer.run(stop, clock=timezone.now)
