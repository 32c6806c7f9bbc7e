"""Tells the resident that the place is theirs, and writes it down a little later."""

import threading
import time
from typing import Any

from django.db import connections

import config.wsgi
from booking import reservations
from tenancy.current import current, serving

application = config.wsgi.application

_claim = reservations.claim


def _later(**given: Any) -> list[Any]:
    served = current()

    def work() -> None:
        time.sleep(0.5)
        try:
            with serving(served):
                _claim(**given)
        finally:
            connections.close_all()

    threading.Thread(target=work).start()
    return []


vars(reservations)["claim"] = _later
