"""Tells whoever answers an offer that the place is theirs, and writes it down a little later."""

import threading
import time
from types import SimpleNamespace
from typing import Any

from django.db import connections

import config.wsgi
from booking import waiting_list
from tenancy.current import current, serving

application = config.wsgi.application
_take = waiting_list.take


def _later(**given: Any) -> Any:
    served = current()

    def work() -> None:
        time.sleep(1.0)
        try:
            with serving(served):
                _take(**given)
        finally:
            connections.close_all()

    threading.Thread(target=work).start()
    return SimpleNamespace(reservation_number="")


vars(waiting_list)["take"] = _later
