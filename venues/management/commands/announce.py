"""bin/manage announce: publishes places left as they change, until it is told to stop."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from venues.announcer import Announcer


class Command(BaseCommand):
    help = "空き状況を変わるたびに配信します。 / Publishes places left as they change, for every municipality."

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("announcer: ready.")
        self.stdout.flush()
        Announcer(clock=timezone.now).run(stop)
