"""The wiring itself as an app: it makes Celery's app known to every process."""

from importlib import import_module

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Every thread that may call a task needs the app that carries it; checks are registered."""
        import_module("config.celery").app.set_default()
        import_module("config.checks")
        import_module("config.task_lines").connect()
