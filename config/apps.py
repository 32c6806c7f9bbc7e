"""The wiring itself as an app: it makes Celery's app known to every process."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Every process that may call a task needs the app that carries it."""
