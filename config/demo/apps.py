"""The demo as an app: installed only where WAKU_DEMO says so, refused anywhere but on loopback."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured


class DemoConfig(AppConfig):
    name = "config.demo"
    label = "demo"

    def ready(self) -> None:
        """A demo that could be reached from outside does not start."""
        if not (settings.WAKU_DEMO and settings.WAKU_LOOPBACK):
            raise ImproperlyConfigured(
                "WAKU_DEMO は WAKU_LOOPBACK=1 のときだけ使えます。"
                " / WAKU_DEMO needs WAKU_LOOPBACK=1: it never exists in production."
            )
        register(check_carrier_is_simulated)


def check_carrier_is_simulated(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """The demo never speaks to a real carrier."""
    del app_configs
    if settings.WAKU_CARRIER_URL.startswith("http://127.0.0.1:"):
        return []
    return [Error("WAKU_CARRIER_URL must be the simulator of this machine.", id="demo.E001")]
