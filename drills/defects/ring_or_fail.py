"""A booking whose doorbell cannot be rung is taken for a fault."""

import json
from typing import Any

import config.wsgi
from tenancy import live

application = config.wsgi.application


def _ring(channel: str, ring: dict[str, Any]) -> None:
    live._valkey().publish(channel, json.dumps(ring))


vars(live)["_ring"] = _ring
