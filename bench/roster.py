"""The daily roster of ten thousand people, sealed."""

from datetime import timedelta

from django.utils import timezone

from bench import crowd
from bench.figures import Figures
from bench.lists import worked
from bench.stage import Stage
from bench.towns import at_home
from exchange import rosters
from exchange.models import Parcel


def measure(stage: Stage, figures: Figures) -> None:
    """From asking for it to a sealed file that a second person may fetch."""
    count = stage.many(10_000, 500)
    with at_home(stage.town.code) as at:
        found = crowd.buckets(days=1, places=max(10, count // 100), first_day=50, at=at)[0]
        crowd.reserve(crowd.people(count, at=at), found, at=at)
        day = timezone.localdate(at) + timedelta(days=50)
        parcel = rosters.ask(day=day, purpose="visit_day", by=crowd.staff(), at=at)
    took = worked(stage, "build", parcel.pk)
    figures.say("roster_seconds", took["seconds"], "s")
    figures.say("roster_peak_mb", took["peak_mb"], "MB")
    with at_home(stage.town.code):
        parcel.refresh_from_db()
        if parcel.state != Parcel.State.SEALED:
            figures.broken.append("the roster was not sealed")
        figures.must_be_none("roster_missing", count - (parcel.rows or 0), "people")
