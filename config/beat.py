"""Beat's scheduler, whose every turn shows that it still turns."""

from typing import Any

from celery.beat import PersistentScheduler

from shared import pulse


class Scheduler(PersistentScheduler):
    """Celery's own, with a pulse."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; the seconds until the next turn."""
        waiting = float(super().tick(*args, **kwargs))
        pulse.beat("beat")
        return waiting
