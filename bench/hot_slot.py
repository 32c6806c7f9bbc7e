"""The hottest slot: many residents, each from two devices, for a hundred places."""

from bench import crowd, picture
from bench.bookings import pressed
from bench.figures import Figures
from bench.stage import Stage
from bench.towns import at_home
from booking.models import Reservation

PLACES = 100


def measure(stage: Stage, figures: Figures) -> None:
    """Exactly as many get in as there are places, and nobody twice."""
    count = stage.many(2000, 200)
    stage.announcer()
    with at_home(stage.town.code) as at:
        bucket = crowd.buckets(days=1, places=PLACES, venues=1, at=at)[0][0]
        persons = crowd.people(count, at=at)
        tries = crowd.visitors(persons + persons, [{1: bucket}] * (2 * count), at=at)
    picture.shown(stage)
    load = pressed(stage, tries, wide=64)
    with at_home(stage.town.code):
        granted = Reservation.objects.filter(bucket_id=bucket, is_live=True).count()
    figures.say("hot_slot_granted", granted, "places")
    figures.say("hot_slot_seconds", load.seconds, "s")
    figures.must_be_none("hot_slot_wrongly_granted", abs(granted - PLACES), "places")
