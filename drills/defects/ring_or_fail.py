"""A booking whose doorbell cannot be rung is taken for a fault."""

from collections.abc import Callable

import config.wsgi
from tenancy import live

application = config.wsgi.application


def _loudly(say: Callable[[], object]) -> None:
    say()


vars(live)["_quietly"] = _loudly
