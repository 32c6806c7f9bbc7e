"""bin/manage stand_in: carries on with beat's rounds while the broker is lost, until told to stop."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from config.stand_in import StandIn


class Command(BaseCommand):
    help = "Valkey が失われている間、送信などの定期の仕事をこのプロセスだけで続けます。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("stand-in: ready.")
        self.stdout.flush()
        StandIn().run(stop)
